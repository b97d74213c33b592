/**
 * `npm run bench -- link`: what an upload takes on a link, beside the link's own limit and beside
 * Espruino's own protocol; writes its tables into docs/link.md.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EngineBoard } from "../../host/board/engine.js";
import { ENGINE_ARM } from "../support/engine-rig.js";
import type { Counter } from "./counter.js";
import { type LinkCosts, measureLinkCosts } from "./link-cost.js";
import { bleWire, espruinoOver, type Run, uartWire, uploadOver, type Wire } from "./link-model.js";

const REPORT = fileURLToPath(new URL("../../../docs/link.md", import.meta.url));
const [START, END] = ["<!-- npm run bench -- link -->", "<!-- end -->"];

const SIZE = 10_000;
/** Largest packet of our own hosts. */
const PACKET = 512;
/** Milliseconds for a word of flash: nRF52840 and nRF52833, by their data sheets. */
const WORD = 0.041;

/** Share of the limit that is to be reached at MTU 131 and 15 ms. */
const BUDGET = 0.6;

export async function benchLink(
  counter: Counter,
  msOf: (instructions: number) => number,
): Promise<void> {
  if (!existsSync(ENGINE_ARM)) throw new Error("there is no Espruino for ARM (ESPRUINO_ARM)");
  const costs = await measureLinkCosts(counter);
  const lines: string[] = [];
  const say = (line = "") => void lines.push(line);
  sayCosts(say, costs, msOf);
  await sayBle(say, costs, msOf);
  await sayUart(say, costs, msOf);
  console.log(lines.join("\n"));
  const [before, after] = readFileSync(REPORT, "utf8").split(new RegExp(`${START}[^]*${END}`));
  writeFileSync(REPORT, `${before}${START}\n\n${lines.join("\n")}\n${END}${after}`);
}

const million = (count: number) => (count / 1e6).toFixed(2);
const flash = (data: number) => Math.ceil(data / 4) * WORD;
const rate = (time: number) => (SIZE / time).toFixed(2);

function sayCosts(
  say: (line?: string) => void,
  { link, handle }: LinkCosts,
  msOf: (n: number) => number,
) {
  say(
    `What a packet costs the board, in million instructions of Espruino ${EngineBoard.version(ENGINE_ARM)} for ARM`,
  );
  say("(in brackets milliseconds at 64 MHz, estimated as in [performance.md](performance.md)):");
  say();
  say("| packet | BLE, pieces of 20 | of 50 | of 128 | UART |");
  say("|---|---|---|---|---|");
  const cell = (count = 0) => `${million(count)} (${Math.round(msOf(count))})`;
  for (const { packet, ble, uart } of link)
    say(
      `| ${packet} bytes | ${cell(ble.get(20))} | ${cell(ble.get(50))} | ${cell(ble.get(128))} | ${cell(uart)} |`,
    );
  say();
  say(
    `Behind the link, deciding, programming and reading back take ${cell(handle)} for one of 256 bytes, and the flash itself 41 µs a word (data sheet).`,
  );
  say();
}

/** Milliseconds of a packet, between those of 256 and 512 bytes by its size. */
function workOf(small: number, large: number, { handle }: LinkCosts, msOf: (n: number) => number) {
  return (packet: number, data: number) => {
    const share = Math.max(0, (packet - 256) / 256);
    return msOf(small + (large - small) * share + handle) + flash(data);
  };
}

const row = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;

const cells = (run: Run) => [
  (run.bytes / SIZE).toFixed(2),
  run.trips,
  (run.time / 1000).toFixed(2),
  rate(run.time),
];

/** Packets that are all payload, one in flight: what the link would allow. */
const limit = (wire: Wire, work: number) => PACKET / wire.exchange(PACKET, 1, work).time;

async function sayBle(say: (line?: string) => void, costs: LinkCosts, msOf: (n: number) => number) {
  say(`An upload of ${SIZE.toLocaleString("en")} bytes over BLE, one packet in flight:`);
  say();
  say(
    row([
      "MTU",
      "interval",
      "bytes on the wire per byte",
      "round trips",
      "s",
      "kB/s",
      "share of the limit with this board",
      "limit with this board, kB/s",
      "limit of the link alone, kB/s",
      "Espruino's upload, kB/s",
    ]),
  );
  say(`|${"---|".repeat(10)}`);
  const [small, large] = costs.link;
  for (const mtu of [53, 131])
    for (const interval of [7.5, 15, 30]) {
      const wire = bleWire(mtu, interval);
      const of = (cost: typeof small) => cost?.ble.get(mtu - 3) as number;
      const work = workOf(of(small), of(large), costs, msOf);
      const run = await uploadOver(wire, new Uint8Array(SIZE).fill(165), work, false);
      const most = limit(wire, work(PACKET, PACKET));
      const share = SIZE / run.time / most;
      if (mtu === 131 && interval === 15 && share < BUDGET)
        throw new Error(`only ${share.toFixed(2)} of the limit at MTU 131 and 15 ms`);
      const own = espruinoOver(wire, SIZE, flash);
      say(
        row([
          mtu,
          `${interval} ms`,
          ...cells(run),
          `${Math.round(share * 100)} %`,
          most.toFixed(2),
          limit(wire, 0).toFixed(1),
          rate(own.time),
        ]),
      );
    }
  say();
}

async function sayUart(
  say: (line?: string) => void,
  costs: LinkCosts,
  msOf: (n: number) => number,
) {
  say("The same over a serial line:");
  say();
  say(
    row([
      "baud",
      "bytes on the wire per byte",
      "round trips",
      "s",
      "kB/s",
      "line alone, kB/s",
      "Espruino's upload, kB/s",
    ]),
  );
  say(`|${"---|".repeat(7)}`);
  const [small, large] = costs.link;
  for (const baud of [9600, 115200]) {
    const wire = uartWire(baud);
    const work = workOf(small?.uart as number, large?.uart as number, costs, msOf);
    const run = await uploadOver(wire, new Uint8Array(SIZE).fill(165), work, true);
    const own = espruinoOver(wire, SIZE, flash);
    say(row([baud, ...cells(run), (baud / 10_000).toFixed(2), rate(own.time)]));
  }
  say();
}
