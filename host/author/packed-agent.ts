/**
 * Agents whose updater lies packed in their image (device/update/programs-packed.ts): the resident part
 * has names where its two programs go, and the build puts them there.
 */
import { pretokenise } from "./pretokenise.js";
import { squeeze } from "./squeeze.js";

/** What a bundle has around it. */
const FRAME = /^\(\(\)=>\{([\s\S]*)\}\)\(\)$/;

/** Variables that an update takes besides the text of a program and its envelope. */
const UPDATE_VARIABLES = 790;

/** A program as the resident part's text holds it. */
export interface PackedProgram {
  /** A JavaScript literal of the packed bytes. */
  literal: string;
  packed: number;
  /** Bytes when unpacked. */
  size: number;
}

/**
 * An agent, or a program of one, as the board gets it: a function's body in compact form. Its functions
 * see a single scope then; with one more, each of them would take three variables more in Espruino.
 */
export function imageOf(code: string): Uint8Array {
  const body = FRAME.exec(code)?.[1];
  if (body === undefined) throw new Error("a bundle without its frame");
  return pretokenise(body);
}

/** Packs a minified program. */
export function packProgram(code: string): PackedProgram {
  const bytes = imageOf(code);
  const squeezed = squeeze(bytes);
  const literal = JSON.stringify(Buffer.from(squeezed).toString("latin1"));
  return { literal, packed: squeezed.length, size: bytes.length };
}

/** Puts the programs into the minified resident part. */
export function insertPrograms(code: string, offer: PackedProgram, intake: PackedProgram): string {
  const values: [string, string | number][] = [
    ['"@offer@"', offer.literal],
    ['"@intake@"', intake.literal],
    ["65531", offer.size],
    ["65532", intake.size],
    ["65533", UPDATE_VARIABLES],
  ];
  let result = code;
  // All places first: what is put in may hold any text.
  for (const [name] of values)
    if (code.split(name).length !== 2) throw new Error(`no single place for ${name}`);
  for (const [name, value] of values.reverse()) result = result.replace(name, () => `${value}`);
  return result;
}
