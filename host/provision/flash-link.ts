/** Raw flash of a board, through its console: everything written is read back. */
import { crc32 } from "node:zlib";
import { BLOCK } from "../../device/flash/layout.js";
import { SuitcaseError } from "../errors.js";
import type { BoardConsole } from "./console.js";
import type { Piece } from "./region.js";

/** Blocks whose checksums are asked for at once. */
const BLOCKS = 8;

/** How often something is asked that may be asked again. */
const ATTEMPTS = 4;

/**
 * The value of an expression that changes nothing, or nothing more when it is evaluated again. A board that
 * was busy may have lost bytes of it, and then finds no sense in the rest.
 */
export async function ask(
  console: BoardConsole,
  expression: string,
  limit?: number,
): Promise<number | string> {
  for (let attempt = 1; ; attempt++)
    try {
      return await console.evaluate(expression, limit);
    } catch (error) {
      const isGarbled = error instanceof SuitcaseError && error.name === "board-exception";
      if (!isGarbled || attempt === ATTEMPTS) throw error;
    }
}

const WRITER = "suitcaseWrite";
const GARBLED = -1;

/**
 * Gives the board a function that writes: it takes address and data as one text, and its checksum, so that
 * what was garbled on the way is not written, let alone to another place. It answers the checksum of what
 * then stands in flash. The watchdog of an earlier life may still run: nothing else feeds it.
 */
export async function prepareWriting(console: BoardConsole): Promise<void> {
  const writer =
    `(global.${WRITER}=function(t,c){E.kickWatchdog();if(E.CRC32(t)!==c)return ${GARBLED};` +
    'var s=t.split(","),a=+s[0],d=E.toUint8Array(atob(s[1])),f=require("Flash");' +
    "f.write(d,a);return E.CRC32(f.read(d.length,a))},1)";
  await ask(console, writer);
}

/**
 * Writes a piece to erased flash, after {@link prepareWriting}.
 *
 * @param base address of the region
 * @throws FLASH_READBACK
 */
export async function writePiece(console: BoardConsole, base: number, piece: Piece): Promise<void> {
  const { at, bytes } = piece;
  const text = `${base + at},${Buffer.from(bytes).toString("base64")}`;
  const call = `${WRITER}("${text}",${crc32(text)})`;
  for (let attempt = 1; ; attempt++) {
    const crc = await ask(console, call);
    if (unsigned(crc) === crc32(bytes)) return;
    if (crc !== GARBLED || attempt === ATTEMPTS) throw differs(console.name, at, "written");
  }
}

/** CRC-32 of whole blocks, `count` of them from the start of the region. */
export async function readChecksums(
  console: BoardConsole,
  base: number,
  count: number,
): Promise<number[]> {
  const sums: number[] = [];
  for (let first = 0; first < count; first += BLOCKS) {
    const some = Math.min(BLOCKS, count - first);
    const said = await ask(
      console,
      `(function(f,r,i){E.kickWatchdog();for(i=0;i<${some};i++)` +
        `r.push(E.CRC32(f.read(${BLOCK},${base + first * BLOCK}+i*${BLOCK})));` +
        'return JSON.stringify(r)})(require("Flash"),[])',
      20_000,
    );
    sums.push(...(JSON.parse(String(said)) as number[]).map(unsigned));
  }
  return sums;
}

/**
 * Compares the whole region with what it should hold.
 *
 * @throws FLASH_READBACK
 */
export async function compareRegion(
  console: BoardConsole,
  base: number,
  expected: Uint8Array,
  what: "written" | "erased",
): Promise<void> {
  const sums = await readChecksums(console, base, expected.length / BLOCK);
  const bad = sums.findIndex(
    (sum, i) => sum !== crc32(expected.subarray(i * BLOCK, (i + 1) * BLOCK)),
  );
  if (bad >= 0) throw differs(console.name, bad * BLOCK, what);
}

const unsigned = (value: number | string) => Number(value) >>> 0;

function differs(name: string, at: number, what: string): SuitcaseError {
  return new SuitcaseError(
    "FLASH_READBACK",
    `The flash of ${name} does not hold what was ${what} (offset ${at})`,
  );
}
