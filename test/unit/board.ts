/** A simulated board with a program in its boot file, for tests. */
import { VirtualClock } from "../../host/board/clock.js";
import { NorFlash } from "../../host/board/flash.js";
import { loadProfile } from "../../host/board/profiles.js";
import { SimulatedBoard } from "../../host/board/simulator.js";

/**
 * A board with `program` in `.boot0`, not yet powered; `lines` collects what it prints. Real time tells
 * an endless program: a busy machine must not make one of any other.
 */
export function boardWith(program: string, name = "puckjs", hangMs = 20_000) {
  const profile = loadProfile(name);
  const flash = new NorFlash(SimulatedBoard.geometry(profile));
  SimulatedBoard.provisionRegion(flash, profile);
  const text = Buffer.from(`${program}\0`, "latin1");
  flash.program(32, new Uint8Array(Buffer.concat([text, Buffer.alloc(-text.length & 3, 0xff)])));
  const lines: string[] = [];
  const board = new SimulatedBoard({
    profile,
    flash,
    clock: new VirtualClock(),
    hangMs,
    log: (line) => lines.push(line),
  });
  return { board, flash, profile, lines };
}

/** What a booting board prints. */
export function printed(program: string, name?: string): string[] {
  const { board, lines } = boardWith(program, name);
  board.powerOn();
  return lines;
}
