/** What every text for a board goes through, whether it is the project's own or an author's app. */
import terserModule, { type Options as TerserOptions } from "@rollup/plugin-terser";
import type { OutputOptions, Plugin } from "rollup";
import { aliasPlugin } from "./alias.js";
import { guardPlugin } from "./guard.js";
import { shortNamesPlugin } from "./short-names.js";

// The package's types describe its CommonJS form; as a module it exports the function itself.
const terser = terserModule as unknown as (options: TerserOptions) => Plugin;

export const OUTPUT: OutputOptions = {
  format: "iife",
  compact: true,
  strict: false,
  generatedCode: "es2015",
  externalLiveBindings: false,
  freeze: false,
  esModule: false,
};

/**
 * Names by which bootloader and agent know each other. The bootloader is never updated: a name here
 * may never change, and new ones go at the end. They stand for themselves wherever they are found in a
 * bundle: nothing on the wire or of the engine may be called like one of them.
 */
const CONTRACT = [
  "port",
  "settings",
  "record",
  "numbers",
  "save",
  "slotAt",
  "readTable",
  "signedBlock",
  "revert",
  "running",
  "appRuns",
  "erase",
  "crcAt",
  "crc",
  "hashAt",
  "hash",
  "verify",
  "run",
  "watch",
  "kick",
  "restart",
  "words",
  "chars",
  "same",
  "Bytes",
  "characters",
  "unpack",
  "isHeld",
  "ended",
  "spent",
  // Between the parts of an agent (device/update/services.ts, device/flash/transfer.ts).
  "ask",
  "clock",
  "encode",
  "finished",
  "putOff",
  "programText",
  "toBytes",
  "serve",
  "handOver",
  "planned",
  "offering",
  "numbered",
  "digestFrom",
  "keepFrom",
  "keepTo",
  "ordered",
  "filledTo",
  "needs",
  "tableEntries",
  "reportSpot",
  "reportTitle",
];

/** Names that only one bundle uses. None of them is a name on the wire or of the engine. */
const INTERNAL = ["installed", "check", "act"];

/** `$name` to short name, in terser's own form of a name cache. */
const contractNames = () => ({
  props: Object.fromEntries(CONTRACT.map((name, i) => [`$${name}`, LETTERS[i] ?? `A${i}`])),
});
const OWN_NAMES = new RegExp(`^(${[...CONTRACT, ...INTERNAL].join("|")})$`);
const LETTERS = "ABCDFGHIJKLMNOPQRSTUVWXYZ";

/** Never hoists and never emits syntax above ES2015: the guard would refuse it afterwards. */
const minifier = (ownCode: boolean): TerserOptions => ({
  ecma: 2015,
  toplevel: true,
  compress: {
    ecma: 2015,
    passes: 6,
    hoist_funs: false,
    hoist_vars: false,
    // Above 1 it puts the variables of an inlined function behind their first use. Without hoisting
    // that use would write to a variable of the same name further out.
    inline: 1,
    ...(ownCode ? { unsafe_arrows: true, keep_fargs: false, pure_getters: true } : {}),
  },
  ...(ownCode ? { nameCache: { props: contractNames() } } : {}),
  mangle: {
    toplevel: true,
    // Names that are none on the boards, though nothing in the standard forbids them here.
    reserved: ["of", "let", "static"],
    // An app may get objects with such keys from outside, so only our own code loses them.
    ...(ownCode ? { properties: { regex: OWN_NAMES, builtins: true } } : {}),
  },
  format: { ecma: 2015, ascii_only: true, comments: false, wrap_func_args: false },
});

/** Minifier, guard and a last trim, in this order. */
export function devicePlugins(options: { ownCode: boolean; minify?: boolean }): Plugin[] {
  const trim: Plugin = {
    name: "trim",
    renderChunk: (code) => ({ code: trimEnd(code), map: null }),
  };
  const first = options.minify === false ? [] : [terser(minifier(options.ownCode))];
  const second = options.ownCode ? [aliasPlugin(), shortNamesPlugin()] : [];
  return [...first, ...second, trim, guardPlugin()];
}

/** A call at the end needs neither semicolon nor newline. */
const trimEnd = (code: string): string => code.trimEnd().replace(/(\}\)?\(\)\)?);$/, "$1");
