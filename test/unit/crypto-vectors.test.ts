/**
 * Published vectors, read in place when they are there: SUITCASE_VECTORS, or ../shared/vectors next to
 * the repository. They are not ours to copy.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import { type Shortcut, verifyEd25519 } from "../../device/crypto/ed25519.js";
import { sha512 } from "../../device/crypto/sha512.js";
import { SIGNATURE_INVALID } from "../../device/errors.js";
import { combTables } from "../../host/board/comb-tables.js";
import * as curve from "../support/edwards.js";
import { inPage } from "../support/page-verifier.js";
import { onHost } from "../support/signature-cases.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = join(
  process.env.SUITCASE_VECTORS || join(root, "..", "shared", "vectors"),
  "crypto",
);

function accepts(block: Uint8Array, shortcut?: Shortcut): boolean {
  try {
    verifyEd25519(block, sha512, undefined, shortcut);
    return true;
  } catch (e) {
    assert.deepEqual(e, { c: SIGNATURE_INVALID, a: 0 });
    return false;
  }
}

const made = new Map<string, Uint8Array>();
let byTables = 0;

/** The verdict, which tables and hints must not change, and which host and page share. */
function valid(signature: string, key: string, message: string): boolean {
  const block = new Uint8Array(Buffer.from(signature + key + message, "hex"));
  const verdict = accepts(block);
  assert.equal(onHost(block), verdict);
  assert.equal(inPage(block), verdict);
  const tables = made.get(key) ?? combTables([block.subarray(64, 96)], 2 * COMB_SIZE);
  made.set(key, tables);
  if (tables.length === 0) return verdict;
  byTables++;
  const r = curve.decode(block.subarray(0, 32));
  const right = curve.toBytes(r ? r[0] : 0n);
  const wrong = right.map((byte, i) => (i ? byte : byte ^ 1));
  for (const hint of [right, wrong, undefined]) {
    const shortcut = { tables: tables.slice().buffer, at: COMB_SIZE, hint };
    assert.equal(accepts(block, shortcut), verdict);
  }
  return verdict;
}

// biome-ignore lint/suspicious/noExplicitAny: foreign JSON, each with its own shape
const load = (name: string): any => JSON.parse(readFileSync(join(folder, name), "utf8"));

describe("crypto: published Ed25519 vectors", () => {
  if (!existsSync(folder)) {
    it("are absent here: set SUITCASE_VECTORS to run them", () => assert.ok(!existsSync(folder)));
    return;
  }

  it("Wycheproof", () => {
    let count = 0;
    for (const group of load("wycheproof-ed25519_test.json").testGroups) {
      for (const test of group.tests) {
        // Signatures of another length are refused by the COSE layer; a block has no room for them.
        if (test.sig.length !== 128) continue;
        const verdict = valid(test.sig, group.publicKey.pk, test.msg);
        assert.equal(verdict, test.result === "valid", `tcId ${test.tcId}: ${test.comment}`);
        count++;
      }
    }
    for (const test of load("ed25519-rfc8032.json")) {
      const verdict = valid(test.signature, test.public, test.message);
      assert.equal(verdict, test.result === "valid", `tcId ${test.tcId}`);
      count++;
    }
    assert.ok(count > 80, `${count}`);
  });

  it("sign.input of ed25519.cr.yp.to", () => {
    const tests = load("ed25519-sign-input.json");
    for (const test of tests) assert.ok(valid(test.signature, test.public, test.message));
    assert.ok(tests.length > 50);
  });

  it("D5: speccheck, with the verdicts of libsodium and of dalek's verify_strict", () => {
    const tests = load("ed25519-speccheck.json");
    for (const test of tests) {
      const verdict = valid(test.signature, test.pub_key, test.message);
      assert.equal(verdict, test.accept_by.LibSodium, `case ${test.case}`);
      assert.equal(verdict, test.accept_by["Dalek strict"], `case ${test.case}`);
    }
    assert.ok(tests.length >= 8);
  });

  it("D3: ZIP 215, where A and R all are of small order or not canonical", () => {
    const tests = load("ed25519-zip215.json");
    for (const test of tests) assert.ok(!valid(test.sig_bytes, test.vk_bytes, "5a63617368"));
    assert.ok(tests.length > 100);
  });

  it("were verified with tables as well, where the key has them", () => {
    assert.ok(byTables > 150, `${byTables}`);
  });
});
