/** Instructions that a packet takes on a board, counted in an Espruino for ARM. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BUNDLES } from "../../host/board/bundles.js";
import { loadProfile } from "../../host/board/profiles.js";
import { encodeFrame } from "../../host/link/framing.js";
import { encodePacket, GROUP_SUIT, WRITE } from "../../host/link/packet.js";
import { ENGINE_ARM, EngineRig } from "../support/engine-rig.js";
import { ADDRESS, type Counter } from "./counter.js";

/** Instructions for one packet with a piece of a payload, by the packet's size. */
export interface LinkCost {
  packet: number;
  /** The link alone: framing, CRC, base64, CBOR, answer. */
  uart: number;
  /** The same over BLE, by the bytes of a piece. */
  ble: Map<number, number>;
}

export interface LinkCosts {
  /** Of packets of 256 and 512 bytes. */
  link: LinkCost[];
  /** Everything behind the link, for a large packet: deciding, programming, reading back. */
  handle: number;
}

/** Bytes around the data of a packet whose offset takes two. */
const AROUND = 24;
const PIECES = [20, 50, 128];

const cut = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size)).toString("base64"),
  );

/** Each in an interpreter of its own: the code lies in its memory here, in flash on a board. */
function measureOne(counter: Counter, name: "uart" | "ble", pieces: string[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-link-"));
  try {
    const code = readFileSync(path.join(BUNDLES, "test", "link-cost.js"), "latin1");
    const prelude = `${counter.script(true)}\nvar name="${name}",pieces=${JSON.stringify(pieces)};\n`;
    writeFileSync(path.join(folder, "link.js"), prelude + code);
    const { stdout } = spawnSync(ENGINE_ARM, ["link.js"], {
      cwd: folder,
      env: { ...process.env, QEMU_PLUGIN: counter.plugin },
      timeout: 120_000,
    });
    const found = /@cost (\d+)/.exec(stdout.toString("latin1"))?.[1];
    if (!found) throw new Error(`no figure: ${stdout.toString("latin1")}`);
    return Number(found);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pieceOf(size: number): Uint8Array {
  const fields = { off: 4096, data: new Uint8Array(size - AROUND).fill(165) };
  return encodePacket({ op: WRITE, group: GROUP_SUIT, command: 4, fields }, 1);
}

function measureLink(counter: Counter, size: number): LinkCost {
  const packet = pieceOf(size);
  const ble = PIECES.map((piece): [number, number] => [
    piece,
    measureOne(counter, "ble", cut(packet, piece)),
  ]);
  // a serial event carries 64 bytes at most
  const uart = measureOne(counter, "uart", cut(encodeFrame(packet), 64));
  return { packet: size, uart, ble: new Map(ble) };
}

/**
 * An app that stands between the serial line and the agent, and says behind each answer what the agent
 * took for its packet: as a line that no host takes for a frame.
 */
const METER =
  `var h=Serial1["#ondata"][0],n=0,s=0,e=0,w=Serial1.write;Serial1.removeAllListeners("data");` +
  "Serial1.write=t=>{s=1;w.call(Serial1,t)};" +
  `Serial1.on("data",d=>{let a=peek32(${ADDRESS});h(d);n+=peek32(${ADDRESS})-a;e++;` +
  `if(s){w.call(Serial1,"#"+n+" "+e+"\\n");n=s=e=0}});suitcase.trial()&&suitcase.confirm()`;

/** A large packet on a board with the agent that ships, over its serial line; the median of several. */
async function measurePacket(counter: Counter): Promise<[cost: number, events: number]> {
  const rig = new EngineRig(ENGINE_ARM, { ...loadProfile("puckjs"), links: ["Serial1"] });
  process.env.QEMU_PLUGIN = counter.plugin;
  try {
    rig.provision();
    rig.powerOn();
    await rig.push(rig.release(1, METER));
    let said = "";
    rig.board.onData((bytes) => {
      said += Buffer.from(bytes).toString("latin1");
    });
    const abort = new AbortController();
    let packets = 0;
    const pushing = rig.push(rig.release(2, METER, { agent: true }), {
      signal: abort.signal,
      onEvent: ({ type }) => {
        if (type === "wanted") said = "";
        if (type === "payload" && ++packets > 9) abort.abort();
      },
    });
    await pushing.catch(() => {});
    const costs = [...said.matchAll(/#(\d+) (\d+)/g)].map(([, cost, events]): [number, number] => [
      Number(cost),
      Number(events),
    ]);
    // the first one brings its session along and starts the upload
    const whole = costs.slice(1).sort(([x], [y]) => x - y);
    if (whole.length < 5) throw new Error(`only ${whole.length} packets were seen`);
    return whole[whole.length >> 1] as [number, number];
  } finally {
    delete process.env.QEMU_PLUGIN;
    await rig.remove();
  }
}

export async function measureLinkCosts(counter: Counter): Promise<LinkCosts> {
  const link = [256, 512].map((size) => measureLink(counter, size));
  const [whole, events] = await measurePacket(counter);
  // The interpreter gets such a packet as one line (host/board/engine.ts).
  const line = encodeFrame(pieceOf(512), 1024);
  const pieces = cut(line, Math.ceil(line.length / events));
  return { link, handle: whole - measureOne(counter, "uart", pieces) };
}
