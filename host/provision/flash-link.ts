/** Raw flash of a board, through its console: everything written is read back. */
import { crc32 } from "node:zlib";
import { BLOCK } from "../../device/flash/layout.js";
import { SuitcaseError } from "../errors.js";
import type { BoardConsole } from "./console.js";
import type { Piece } from "./region.js";

/** Blocks whose checksums are asked for at once. */
const BLOCKS = 8;

/**
 * Writes a piece to erased flash.
 *
 * The watchdog of an earlier life may still run: nothing else feeds it while the board is provisioned.
 *
 * @param base address of the region
 * @throws FLASH_READBACK
 */
export async function writePiece(console: BoardConsole, base: number, piece: Piece): Promise<void> {
  const { at, bytes } = piece;
  const data = Buffer.from(bytes).toString("base64");
  const crc = await console.evaluate(
    `(function(d,f){E.kickWatchdog();f.write(d,${base + at});` +
      `return E.CRC32(f.read(${bytes.length},${base + at}))})` +
      `(E.toUint8Array(atob("${data}")),require("Flash"))`,
  );
  if (unsigned(crc) !== crc32(bytes)) throw differs(console.name, at, "written");
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
    const said = await console.evaluate(
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
