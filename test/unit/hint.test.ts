/** x of R in a signature's unprotected header: taken from anybody, believed by nobody. */
import assert from "node:assert/strict";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import * as layout from "../../device/flash/layout.js";
import { generateKey } from "../../host/author/keys.js";
import { packRelease } from "../../host/author/pack.js";
import { combTables } from "../../host/board/comb-tables.js";
import { encodeConfig, slotSize } from "../../host/board/config-page.js";
import { loadProfile } from "../../host/board/profiles.js";
import { verifyEnvelope } from "../../host/verify.js";

const key = generateKey(new Uint8Array(32).fill(8));
const id = (n: number) => new Uint8Array(16).fill(n);
const anchor = { public: key.publicKey, kid: new Uint8Array(0), roles: ["author"] };
const app = new Uint8Array([49]);

const release = (hint: boolean) =>
  packRelease({
    vendor: id(1),
    class: id(2),
    sequence: 1,
    components: [{ name: "app", bytes: app }],
    key,
    hint,
  }).envelope;

function verdict(envelope: Uint8Array): number {
  const device = {
    vendor: id(1),
    class: id(2),
    device: id(3),
    keys: [anchor],
    sequence: 0,
    slot: 0,
    slotSize: 0,
    components: new Map<string, Uint8Array>(),
  };
  const result = verifyEnvelope(envelope, device, () => app);
  return result.accepted ? 0 : result.error.code;
}

/** Label -65537 and the head of 32 bytes. */
const HINT = Buffer.from("3a000100005820", "hex");

describe("hint in a signature", () => {
  const envelope = release(true);
  const at = Buffer.from(envelope).indexOf(HINT);

  it("is 39 bytes more and accepted, whatever it says", () => {
    assert.ok(at > 0);
    // One more byte each for the heads that grow beyond 23 and 127 bytes would show here.
    assert.equal(envelope.length - release(false).length, 39);
    assert.equal(verdict(envelope), 0);
    const wrong = envelope.slice();
    for (let i = 0; i < 32; i++) wrong[at + HINT.length + i] ^= 255;
    assert.equal(verdict(wrong), 0);
  });

  it("no other negative label is, nor a hint that is no byte string", () => {
    const other = envelope.slice();
    other[at + 4] = 1;
    assert.equal(verdict(other), 206);
    const text = envelope.slice();
    text[at + 5] = 0x78;
    assert.notEqual(verdict(text), 0);
  });

  it("does not save a signature of somebody else's", () => {
    const bad = envelope.slice();
    bad[at + HINT.length + 32 + 10] ^= 1;
    assert.equal(verdict(bad), 203);
  });
});

describe("comb tables in the configuration", () => {
  it("are counted and bound by a digest, and take room from the slots", () => {
    const profile = loadProfile("linux");
    const common = {
      profile,
      vendor: id(1),
      class: id(2),
      device: id(3),
      keys: [anchor],
      factory: new Uint8Array(32),
      keepConsole: false,
      deadline: 60,
      trials: 3,
      watchdog: 0,
    };
    const tables = combTables([key.publicKey], profile.tableBlocks * layout.BLOCK);
    assert.equal(tables.length, 2 * COMB_SIZE);
    const config = encodeConfig({ ...common, tables });
    assert.equal(config[layout.CONFIG_COMBS], 1);
    const without = encodeConfig(common);
    assert.equal(without[layout.CONFIG_COMBS], 255);
    tables[5000] ^= 1;
    const changed = encodeConfig({ ...common, tables });
    const digest = (bytes: Uint8Array) =>
      bytes.subarray(layout.CONFIG_COMBS_DIGEST, layout.CONFIG_COMBS_DIGEST + 16);
    assert.notDeepEqual(digest(changed), digest(config));
    const end = layout.SLOTS_AT + 2 * slotSize(profile) + profile.tableBlocks * layout.BLOCK;
    assert.ok(end <= profile.blocks * layout.BLOCK);
    assert.equal(combTables([key.publicKey], COMB_SIZE).length, 0);
  });
});
