import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadForeignKey } from "../../host/suit/foreign/keys.js";

const spki = { type: "spki", format: "pem" } as const;
const pkcs8 = { type: "pkcs8", format: "pem" } as const;

describe("keys for envelopes of others", () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-foreign-"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const put = (name: string, text: string | Uint8Array) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const secretOf = (key: KeyObject) => key.export().toString("hex");

  it("are P-256 and Ed25519 as SPKI PEM", () => {
    const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    const file = put("p256.pub", p256.export(spki));
    const { label, kind, key } = loadForeignKey(file);
    assert.deepEqual([label, kind], [file, "P-256"]);
    assert.ok(key.equals(p256));
    const ed = generateKeyPairSync("ed25519").publicKey;
    assert.ok(loadForeignKey(put("ed.pub", ed.export(spki))).key.equals(ed));
  });

  it("are Ed25519 as 64 hex digits", () => {
    const ed = generateKeyPairSync("ed25519").publicKey;
    const raw = Buffer.from(ed.export({ format: "jwk" }).x ?? "", "base64url").toString("hex");
    const { label, kind, key } = loadForeignKey(raw);
    assert.deepEqual([label, kind], [raw, "Ed25519"]);
    assert.ok(key.equals(ed));
  });

  it("are secrets as hex or in a file, and only the file is ever named", () => {
    const hex = loadForeignKey("hmac:00Ff");
    assert.deepEqual([hex.label, hex.kind, secretOf(hex.key)], ["hmac:(hex)", "HMAC", "00ff"]);
    const file = put("secret", Buffer.from([1, 2, 3]));
    const read = loadForeignKey(`hmac:${file}`);
    assert.deepEqual([read.label, secretOf(read.key)], [`hmac:${file}`, "010203"]);
  });

  it("are nothing else", () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey;
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
    const weak = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(
      `302a300506032b6570032100${"00".repeat(32)}`,
      "hex",
    ).toString("base64")}\n-----END PUBLIC KEY-----\n`;
    const cases: [string, string][] = [
      [put("private", pair.privateKey.export(pkcs8)), "key-is-private"],
      [put("sec1", pair.privateKey.export({ type: "sec1", format: "pem" })), "key-is-private"],
      [put("p384", p384.export(spki)), "foreign-key"],
      [put("rsa", rsa.export(spki)), "foreign-key"],
      [put("x25519", generateKeyPairSync("x25519").publicKey.export(spki)), "foreign-key"],
      [put("garbage", "no key"), "not-a-key"],
      [put("weak", weak), "weak-key"],
      ["00".repeat(32), "weak-key"],
      ["hmac:", "foreign-key"],
      [`hmac:${put("empty", "")}`, "foreign-key"],
      [`hmac:${path.join(folder, "none")}`, "file-missing"],
      [path.join(folder, "none"), "file-missing"],
      ["abcd", "file-missing"],
    ];
    for (const [text, name] of cases) assert.throws(() => loadForeignKey(text), { name }, text);
  });
});
