/** Instructions that a packet takes on a board, counted in an Espruino for ARM. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BUNDLES } from "../../host/board/bundles.js";
import { loadProfile } from "../../host/board/profiles.js";
import { encodeFrame } from "../../host/link/framing.js";
import { encodePacket, GROUP_SUIT, WRITE } from "../../host/link/packet.js";
import { SmpClient, SmpError } from "../../host/link/smp.js";
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
  /** Everything behind the link, for a packet of 256 bytes: deciding, programming, reading back. */
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
 * took for its packet: as a line that no host takes for a frame. The millisecond before it answers counts.
 */
const METER =
  // On trial the agent would notice.
  "suitcase.confirm();let t=setInterval(()=>{if(suitcase.trial())return;clearInterval(t);" +
  `var h=Serial1["#ondata"][0],n=0,l=0,w=Serial1.write;Serial1.removeAllListeners("data");` +
  `Serial1.write=t=>{let a=peek32(${ADDRESS});w.call(Serial1,t);` +
  `if(t){w.call(Serial1,"#"+(n+a-l)+" \\n");n=0}};` +
  `Serial1.on("data",d=>{let a=peek32(${ADDRESS});h(d);l=peek32(${ADDRESS});n+=l-a})` +
  "},100)";

/** A command of the group that there is none of: a packet that the link carries and nothing answers. */
const NOTHING = 99;

/**
 * Packets of 256 bytes, which small boards take, on a board with the agent that ships, over its serial line;
 * medians of several.
 *
 * @returns instructions of one with a piece of a payload, and of one that asks for nothing
 */
async function measurePacket(counter: Counter): Promise<[whole: number, bare: number]> {
  const rig = new EngineRig(ENGINE_ARM, { ...loadProfile("puckjs"), links: ["Serial1"] });
  process.env.QEMU_PLUGIN = counter.plugin;
  try {
    rig.provision();
    rig.powerOn();
    await rig.push(rig.release(1, METER));
    await new Promise((done) => setTimeout(done, 1000));
    let said = "";
    rig.board.onData((bytes) => {
      said += Buffer.from(bytes).toString("latin1");
    });
    const client = new SmpClient(await rig.connect());
    const fields = { off: 4096, data: new Uint8Array(256 - AROUND).fill(165) };
    for (let i = 0; i < 7; i++)
      await client
        .request({ op: WRITE, group: GROUP_SUIT, command: NOTHING, fields })
        .catch((error) => assert.ok(error instanceof SmpError));
    await client.close();
    const bare = median(said);
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
    return [median(said), bare];
  } finally {
    delete process.env.QEMU_PLUGIN;
    await rig.remove();
  }
}

export async function measureLinkCosts(counter: Counter): Promise<LinkCosts> {
  const link = [256, 512].map((size) => measureLink(counter, size));
  const [whole, bare] = await measurePacket(counter);
  return { link, handle: whole - bare };
}

/** Of what the meter said; the first packet of an upload brings its session along. */
function median(said: string): number {
  const costs = [...said.matchAll(/#(\d+) /g)].map(([, cost]) => Number(cost)).slice(1);
  if (costs.length < 5) throw new Error(`only ${costs.length} packets were seen`);
  return costs.sort((x, y) => x - y)[costs.length >> 1] as number;
}
