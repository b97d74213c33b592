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
import type { Counter } from "./counter.js";

/** Of one packet of 256 bytes with a piece of a payload. */
export interface LinkCosts {
  /** The link alone: framing, CRC, base64, CBOR, answer. */
  uart: number;
  /** The same over BLE, by the bytes of a piece. */
  ble: Map<number, number>;
  /** Everything behind the link: deciding, programming, reading back. */
  handle: number;
}

/** Bytes of data that make a packet of 256 bytes. */
const DATA = 232;

const cut = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size)).toString("base64"),
  );

function measureLink(counter: Counter): Omit<LinkCosts, "handle"> {
  const fields = { off: 4096, data: new Uint8Array(DATA).fill(165) };
  const packet = encodePacket({ op: WRITE, group: GROUP_SUIT, command: 4, fields }, 1);
  const packets = [
    // a serial event carries 64 bytes at most
    ["uart", cut(encodeFrame(packet), 64)],
    ["ble20", cut(packet, 20)],
    ["ble50", cut(packet, 50)],
    ["ble128", cut(packet, 128)],
  ];
  const folder = mkdtempSync(path.join(tmpdir(), "bench-link-"));
  try {
    const code = readFileSync(path.join(BUNDLES, "test", "link-cost.js"), "latin1");
    const prelude = `${counter.script(true)}\nvar packets=${JSON.stringify(packets)};\n`;
    writeFileSync(path.join(folder, "link.js"), prelude + code);
    const { stdout } = spawnSync(ENGINE_ARM, ["link.js"], {
      cwd: folder,
      env: { ...process.env, QEMU_PLUGIN: counter.plugin },
      timeout: 120_000,
    });
    const found = new Map(
      [...stdout.toString("latin1").matchAll(/@(\w+) (\d+)/g)].map(([, name, instructions]) => [
        name,
        Number(instructions),
      ]),
    );
    const of = (name: string) => {
      const instructions = found.get(name);
      if (!instructions) throw new Error(`no figure of ${name}: ${stdout.toString("latin1")}`);
      return instructions;
    };
    const ble = new Map([20, 50, 128].map((size) => [size, of(`ble${size}`)]));
    return { uart: of("uart"), ble };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A whole packet on a board with the agent that ships, over its serial line; the least of several. */
async function measurePacket(counter: Counter): Promise<number> {
  const rig = new EngineRig(ENGINE_ARM, { ...loadProfile("puckjs"), links: ["Serial1"] });
  process.env.QEMU_PLUGIN = counter.plugin;
  try {
    rig.provision();
    counter.reset();
    rig.powerOn();
    await rig.state();
    const marks: [done: number, instructions: number][] = [];
    const app = `suitcase.trial()&&suitcase.confirm();/*${"0123456789abcdef".repeat(20)}*/`;
    // another agent than the one that runs, so that it has to be sent
    const abort = new AbortController();
    const offer = rig.release(1, app, { agent: true });
    const pushing = rig.push(offer, {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type !== "payload") return;
        marks.push([event.done, counter.count]);
        if (marks.length > 8) abort.abort();
      },
    });
    await pushing.catch(() => {});
    const costs = marks
      .slice(1)
      .map(([done, at], i) => ({
        bytes: done - (marks[i]?.[0] ?? 0),
        cost: at - (marks[i]?.[1] ?? 0),
      }))
      .filter(({ bytes }) => bytes >= DATA);
    if (costs.length < 3) throw new Error(`only ${costs.length} packets were seen`);
    return Math.min(...costs.map(({ cost }) => cost));
  } finally {
    delete process.env.QEMU_PLUGIN;
    await rig.remove();
  }
}

export async function measureLinkCosts(counter: Counter): Promise<LinkCosts> {
  const link = measureLink(counter);
  const whole = await measurePacket(counter);
  return { ...link, handle: whole - link.uart };
}
