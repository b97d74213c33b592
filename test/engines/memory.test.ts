/**
 * What a manifest costs in the real interpreter: variables above those in use before, while an update
 * of two components is authenticated and planned by the agent's own code.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as layout from "../../device/flash/layout.js";
import { BUNDLES } from "../../host/board/bundles.js";
import { encodeConfig } from "../../host/board/config-page.js";
import { loadProfile } from "../../host/board/profiles.js";
import { layOutSlot } from "../../host/board/slot-image.js";
import { describeEngine, ENGINE } from "../support/engine-rig.js";
import { CLASS, DEVICE, KEY, release, VENDOR } from "../support/sim-board.js";

/** Variables that an update may take above those in use before, its envelope included. */
const BUDGET = 450;

const profile = loadProfile("puckjs");
const keys = [{ public: KEY.publicKey, kid: new Uint8Array(0), roles: ["author"] }];

/** What dist/test/memory.js reads: the running firmware, the board's state, a release. */
function prelude(): string {
  const [running, next] = [release(profile, 1, "one"), release(profile, 2, "two")];
  const slot = layOutSlot({
    envelope: running.envelope,
    payload: (uri) => running.payload(uri),
    keys,
    identity: [VENDOR, CLASS, DEVICE],
    factory: false,
  });
  const record = new Uint8Array(layout.RECORD);
  record[layout.PHASE] = layout.SETTLED;
  new Uint32Array(record.buffer)[(layout.SLOT_STATE + layout.SLOT_TABLE) / 4] = slot.tableAt;
  const config = encodeConfig({
    profile,
    keys,
    vendor: VENDOR,
    class: CLASS,
    device: DEVICE,
    factory: new Uint8Array(32),
    deadline: 60,
    trials: 3,
    watchdog: 10,
    keepConsole: false,
  });
  const table = new Uint32Array(slot.bytes.slice(slot.tableAt).buffer);
  const tailAt = table[layout.TABLE_ENVELOPE / 4];
  const files = { tail: slot.bytes.subarray(tailAt), record, config, release: next.envelope };
  const encoded = Object.entries(files).map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString("base64"),
  ]);
  return `var tailAt=${tailAt},files=${JSON.stringify(Object.fromEntries(encoded))};\n`;
}

function measure(engine: string): { idle: number; peak: number; envelope: number } {
  const folder = mkdtempSync(path.join(tmpdir(), "engine-memory-"));
  try {
    const code = readFileSync(path.join(BUNDLES, "test", "memory.js"), "latin1");
    writeFileSync(path.join(folder, "memory.js"), prelude() + code);
    const { stdout } = spawnSync(engine, ["memory.js"], { cwd: folder, timeout: 60_000 });
    const found = /@memory (\d+) (\d+) (\d+)/.exec(stdout.toString("latin1"));
    assert.ok(found, stdout.toString("latin1").slice(-500));
    const [idle, peak, envelope] = found.slice(1).map(Number);
    return { idle, peak, envelope };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describeEngine("memory of a manifest", () => {
  it(`G7: an update of two components takes at most ${BUDGET} variables`, () => {
    const { idle, peak, envelope } = measure(ENGINE);
    console.log(`      ${peak - idle} above ${idle}, with an envelope of ${envelope} bytes`);
    assert.ok(peak - idle <= BUDGET, String(peak - idle));
  });
});
