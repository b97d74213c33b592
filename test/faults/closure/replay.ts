/** Plays a seed of the closure again and tells what happens, step by step. */
import { RECORD, SLOTS_AT } from "../../../device/flash/layout.js";
import { apply, type FlashState, findTear, hiddenAfter, type Op, readAs } from "./flash-state.js";
import { type JournalRecord, placeAt, readJournal, stateOf, withRoom } from "./journal-view.js";
import { Runner } from "./runner.js";
import { readTurn, type Step } from "./seed.js";
import { World } from "./world.js";

const PHASES = ["?", "settled", "staged", "trial"];

const slotText = ({ sequence, tableAt }: JournalRecord["slots"][0]) =>
  tableAt ? `v${sequence}` : sequence ? `part of v${sequence}` : "nothing";

const recordText = (record: JournalRecord | undefined) =>
  record
    ? `${PHASES[record.phase]}${record.trials ? ` ${record.trials}` : ""}, slot ${record.active} ` +
      `confirmed, floor ${record.floor}, reason ${record.reason}, A: ${slotText(record.slots[0])}, ` +
      `B: ${slotText(record.slots[1])}`
    : "no valid record";

class Replay {
  private state: FlashState;
  private readonly runner: Runner;
  /** The last thing that must not be. */
  bad: string | undefined;

  constructor(
    private readonly world: World,
    private readonly say: (line: string) => void,
  ) {
    this.state = { image: world.start.slice(), weak: [] };
    this.runner = new Runner(world, true);
  }

  room(room: number): void {
    this.state.image = withRoom(this.state.image, room, this.world.firstRecord);
    this.say(`the journal has room for ${room} records`);
  }

  play(step: Step, found: Uint8Array): void {
    this.say(`${step.act}, on ${recordText(stateOf(found))}`);
    const run = this.runner.run(found, { state: this.state }, step.act);
    for (const [i, op] of run.ops.entries()) {
      if (i === step.at) {
        this.cut(step, i, op);
        return;
      }
      this.state = apply(this.state, op);
      this.say(`  ${i} ${this.opText(op)}`);
    }
    for (const line of run.story) this.say(`  ${line}`);
    this.bad = run.bad;
    if (run.bad) this.say(`  BAD: ${run.bad}`);
  }

  private cut({ cut = "before", seed = 0 }: Step, i: number, op: Op): void {
    if (cut !== "before") {
      const old = this.state.image.slice(op.at, op.at + op.length);
      const torn = findTear(op, old, cut, seed);
      this.state.image.set(torn.bytes, op.at);
      this.state = { image: this.state.image, ...hiddenAfter(this.state, op, torn) };
    }
    this.say(`  ${i} POWER FAILS (${cut}) at ${op.kind} of ${op.length} bytes at ${op.at}`);
  }

  private opText(op: Op): string {
    if (op.kind === "erase") return `erase the page at ${op.at}`;
    if (op.at >= SLOTS_AT) return `program ${op.length} bytes at ${op.at}`;
    const place = (op.at - placeAt(0)) / RECORD;
    const record = readJournal(this.state.image)[place];
    return `record ${place}: ${typeof record === "object" ? recordText(record) : record}`;
  }

  read(reading: Parameters<typeof readAs>[1]): Uint8Array {
    this.say(`undecided cells read as ${reading}`);
    return readAs(this.state, reading);
  }

  get image(): Uint8Array {
    return this.state.image.slice();
  }
}

/**
 * Plays a seed.
 *
 * @param say gets the trace, line by line
 * @param world in place of the one that the seed names (for changed bundles)
 * @returns what must not be and was, or undefined
 */
export function replay(
  seed: string,
  say: (line: string) => void,
  world = new World(seed.split(";")[0]),
): string | undefined {
  const replay = new Replay(world, say);
  let found: Uint8Array | undefined;
  for (const text of seed.split(";").slice(1)) {
    const turn = readTurn(text);
    if ("room" in turn) replay.room(turn.room);
    else if ("reading" in turn) found = replay.read(turn.reading);
    else {
      replay.play(turn, found ?? replay.image);
      found = undefined;
    }
  }
  return replay.bad;
}
