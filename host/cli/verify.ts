import { existsSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { readInput } from "../author/files.js";
import { loadTrust } from "../author/keys.js";
import { loadDevice } from "../device-file.js";
import { SuitcaseError } from "../errors.js";
import { verifyEnvelope } from "../verify.js";
import { print, printJson } from "./report.js";

interface Flags {
  device: string;
  trust: string[];
  payload: Map<string, string>;
  json?: boolean;
}

const collect = (value: string, before: string[]) => [...before, value];

function addPayload(text: string, before: Map<string, string>): Map<string, string> {
  // The file's name comes last: a URI may hold "=".
  const at = text.lastIndexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new SuitcaseError("BAD_USAGE", `--payload ${text} is not of the form URI=FILE`);
  return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
}

/** `suitcase verify`: the board's own processor in memory. Exit 0 accepted, 1 refused. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("decide about a release as a board would, with the board's own code")
    .argument("<envelope>", "a .suit file")
    .requiredOption("--device <file>", "the device to play, as JSON (docs/cli.md)")
    .option(
      "--trust <key>",
      "a further trusted key, PEM file or 64 hex digits; repeat",
      collect,
      [],
    )
    .option(
      "--payload <uri=file>",
      "the file of a URI; files beside the envelope are found",
      addPayload,
      new Map(),
    )
    .option("--json", "print the verdict as JSON")
    .action((file: string, flags: Flags) => {
      const envelope = new Uint8Array(readInput(file, "the envelope"));
      const device = loadDevice(flags.device);
      for (const key of flags.trust)
        device.keys.push({ public: loadTrust(key), kid: new Uint8Array(0), roles: ["author"] });
      // Read before anything is decided: a missing file is a slip of the caller, not a verdict.
      const given = new Map(
        [...flags.payload].map(([uri, name]) => [
          uri,
          new Uint8Array(readInput(name, `the payload of ${uri}`)),
        ]),
      );
      const verdict = verifyEnvelope(
        envelope,
        device,
        (uri) => given.get(uri) ?? payloadBeside(file, uri),
      );
      if (flags.json) printJson(verdict);
      else if (verdict.accepted) {
        print(`accepted: sequence ${verdict.sequence}`);
        for (const [id, digest] of Object.entries(verdict.components)) print(`  ${id}  ${digest}`);
      } else {
        const { code, name, at, message, advice } = verdict.error;
        process.stderr.write(
          `refused: error ${code} ${name} (${at}): ${message}\nadvice: ${advice}\n`,
        );
      }
      if (!verdict.accepted) process.exitCode = 1;
    });
}

/** A payload that `pack` wrote beside its envelope. Only plain names: nothing outside the folder. */
export function payloadBeside(envelope: string, uri: string): Uint8Array | undefined {
  const name = uri.replace(/^file:\/\//, "");
  if (!/^[A-Za-z0-9._~+@-]+$/.test(name) || name.startsWith(".")) return undefined;
  const file = path.join(path.dirname(envelope), name);
  return existsSync(file) ? new Uint8Array(readInput(file, uri)) : undefined;
}
