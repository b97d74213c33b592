/**
 * Measures what our estimates are made of, on a board whose console is open. Flash is measured in the
 * second block of Storage, and only when Storage is empty: the block is erased again at the end.
 */
import { BLOCK, NATIVE_AT } from "../../device/flash/layout.js";
import { KNOWN_ANSWERS, readNativeModule, requireInstructions } from "../board/native-module.js";
import { type Profile, regionSize } from "../board/profiles.js";
import type { BoardConsole } from "./console.js";
import { ask, prepareWriting, writePiece } from "./flash-link.js";
import { inspectBoard } from "./inspect-board.js";
import { readRegisters } from "./provision-board.js";
import { piecesOf } from "./region.js";

/** One figure. `estimate` in the same unit; null: not measured, `why` says why not. */
export interface Figure {
  what: string;
  unit: string;
  measured: number | null;
  estimate: number | null;
  why?: string;
}

/** Where the estimates come from: instructions counted by emulation at 1.5 cycles and 64 MHz, data sheets. */
const ESTIMATES = { loop: 148, native: 22, erase: 85, write: 42 };

const LOOPS = 2000;
const TIMED = (work: string) =>
  `(function(t,f,i){t=getTime();${work};return Math.round(1e6*(getTime()-t))})(0,require("Flash"))`;

async function micros(console: BoardConsole, work: string): Promise<number> {
  return Number(await ask(console, TIMED(work), 60_000));
}

/** Answers of one kilobyte each. */
async function linkRate(console: BoardConsole): Promise<number> {
  const start = Date.now();
  for (let i = 0; i < 8; i++) await ask(console, '"x".repeat(1000)');
  return 8000 / ((Date.now() - start) / 1000);
}

const round = (value: number) => Number(value.toPrecision(3));

/** @throws errors of the link; what cannot be measured is said in the figure */
export async function calibrate(console: BoardConsole, profile: Profile): Promise<Figure[]> {
  const isNordic = profile.chip.startsWith("nRF52");
  const figure = (what: string, unit: string, measured: number, estimate: number): Figure => ({
    ...{ what, unit, measured: round(measured), estimate: isNordic ? estimate : null },
  });
  const facts = await inspectBoard(console, profile);
  const loop = await micros(console, `for(i=0;i<${LOOPS};i++);`);
  const figures = [
    figure("empty loop, one turn", "µs", loop / LOOPS, ESTIMATES.loop),
    { ...figure("console, from the board", "bytes/s", await linkRate(console), 0), estimate: null },
  ];
  const names: [string, string, number][] = [
    ["erase a page", "ms", ESTIMATES.erase],
    ["write 4,096 bytes", "ms", ESTIMATES.write],
    ["verify a signature, native module", "ms", ESTIMATES.native],
  ];
  const isFree = facts.fileCount === 0 && facts.storage === regionSize(profile);
  if (!isFree) {
    const why = "Storage is not empty: nothing is written to it";
    return [...figures, ...names.map(([what, unit]) => missing(what, unit, why))];
  }
  const at = profile.baseAddress + NATIVE_AT;
  const erase = `for(i=0;i<${BLOCK};i+=${profile.pageSize})f.erasePage(${at}+i)`;
  const pages = BLOCK / profile.pageSize;
  try {
    const erased = (await micros(console, erase)) / 1000 / pages;
    const written = await micros(
      console,
      `t=getTime();for(i=0;i<16;i++)f.write(new Uint8Array(256),${at}+256*i)`,
    );
    await micros(console, erase);
    figures.push(figure(`${names[0][0]} of ${profile.pageSize}`, "ms", erased, ESTIMATES.erase));
    figures.push(figure(names[1][0], "ms", written / 1000, ESTIMATES.write));
    figures.push(
      profile.nativeModule
        ? figure(names[2][0], "ms", await nativeVerify(console, at), ESTIMATES.native)
        : missing(names[2][0], "ms", "the board runs no native code"),
    );
  } finally {
    await micros(console, erase);
  }
  return figures;
}

const missing = (what: string, unit: string, why: string): Figure => ({
  ...{ what, unit, measured: null, estimate: null, why },
});

/** Milliseconds for RFC 8032's third signature, with the module in the scratch page. */
async function nativeVerify(console: BoardConsole, at: number): Promise<number> {
  requireInstructions(await readRegisters(console));
  await prepareWriting(console);
  for (const piece of piecesOf(readNativeModule(), 0, readNativeModule().length))
    await writePiece(console, at, piece);
  const asked = KNOWN_ANSWERS.find(({ what }) => what === "a good signature");
  const data = Buffer.from(asked?.data ?? []).toString("base64");
  const work =
    `f=E.nativeCall(${at + 1},"int(int,int,int,int)");var d=E.toUint8Array(atob("${data}")),` +
    "a=E.getAddressOf(d,true);t=getTime();for(i=0;i<4;i++)f(2,a,2,0)";
  return (await micros(console, work)) / 4000;
}
