import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  generateKey,
  loadPrivateKey,
  loadTrust,
  parsePrivateKey,
  privateKeyToPem,
  publicKeyToPem,
  refuseTestKey,
  writeKeyPair,
} from "../../host/author/keys.js";
import { isTestKey, isWeakKey } from "../../host/author/weak-keys.js";

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const refusal = (name: string) => ({ name });

describe("keys", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-keys-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const put = (name: string, text: string | Buffer, mode = 0o600) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text, { mode });
    return file;
  };

  it("writes PEM that OpenSSL reads and that fits together", () => {
    const key = generateKey();
    const message = Buffer.from("hello");
    const signature = sign(null, message, createPrivateKey(privateKeyToPem(key)));
    assert.ok(verify(null, message, createPublicKey(publicKeyToPem(key.publicKey)), signature));
  });

  it("reads PEM that OpenSSL wrote", () => {
    const pair = generateKeyPairSync("ed25519");
    const key = parsePrivateKey(
      pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
      "x",
    );
    const x = pair.publicKey.export({ format: "jwk" }).x;
    assert.equal(Buffer.from(key.publicKey).toString("base64url"), x);
    const file = put("k.pub", pair.publicKey.export({ type: "spki", format: "pem" }));
    assert.deepEqual(loadTrust(file), key.publicKey);
  });

  it("survives the round trip through files, private half 0600", () => {
    const key = generateKey();
    const files = writeKeyPair(path.join(folder, "new"), "author", key);
    assert.equal(fs.statSync(files.privateFile).mode & 0o777, 0o600);
    assert.deepEqual(loadPrivateKey(files.privateFile), key);
    assert.deepEqual(loadTrust(files.publicFile), key.publicKey);
    assert.deepEqual(fs.readdirSync(path.join(folder, "new")).sort(), ["author.key", "author.pub"]);
  });

  it("never overwrites a key, neither half", () => {
    for (const taken of ["author.key", "author.pub"]) {
      const file = put(taken, "precious");
      assert.throws(() => writeKeyPair(folder, "author", generateKey()), refusal("key-exists"));
      assert.deepEqual(fs.readdirSync(folder), [taken]);
      assert.equal(fs.readFileSync(file, "utf8"), "precious");
      fs.rmSync(file);
    }
  });

  it("refuses names that leave the folder and folders that are files", () => {
    for (const name of ["../author", "", ".hidden", "a/b"])
      assert.throws(() => writeKeyPair(folder, name, generateKey()), refusal("bad-usage"), name);
    const file = put("file", "");
    assert.throws(() => writeKeyPair(file, "a", generateKey()), refusal("output-unwritable"));
  });

  it("tells apart everything that is not an Ed25519 private key", () => {
    const pkcs8 = { type: "pkcs8", format: "pem" } as const;
    const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const pair = generateKeyPairSync("ed25519");
    const cases: [string, string | Buffer, string][] = [
      ["rsa", rsa.export(pkcs8), "key-type"],
      ["rsa pkcs1", rsa.export({ type: "pkcs1", format: "pem" }), "key-type"],
      ["p256", p256.export(pkcs8), "key-type"],
      ["sec1", p256.export({ type: "sec1", format: "pem" }), "key-type"],
      ["x25519", generateKeyPairSync("x25519").privateKey.export(pkcs8), "key-type"],
      ["ed448", generateKeyPairSync("ed448").privateKey.export(pkcs8), "key-type"],
      ["public", pair.publicKey.export({ type: "spki", format: "pem" }), "key-is-public"],
      [
        "encrypted",
        pair.privateKey.export({ ...pkcs8, cipher: "aes-256-cbc", passphrase: "x" }),
        "key-encrypted",
      ],
      ["empty", "", "not-a-key"],
      ["garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not-a-key"],
      ["binary", Buffer.from([0, 255, 1, 254]), "not-a-key"],
    ];
    for (const [name, text, expected] of cases)
      assert.throws(() => loadPrivateKey(put(name, text)), refusal(expected), name);
    assert.throws(() => loadPrivateKey(path.join(folder, "none")), refusal("file-missing"));
    assert.throws(() => loadPrivateKey(folder), refusal("file-unreadable"));
  });

  it("tells apart everything that is not an Ed25519 trust anchor", () => {
    const spki = { type: "spki", format: "pem" } as const;
    const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    const cases: [string, string | Buffer, string][] = [
      ["p256", p256.export(spki), "key-type"],
      ["private", privateKeyToPem(generateKey()), "key-is-private"],
      ["garbage", "no key", "not-a-key"],
    ];
    for (const [name, text, expected] of cases)
      assert.throws(() => loadTrust(put(name, text)), refusal(expected), name);
    assert.throws(() => loadTrust("d75a98"), refusal("file-missing"));
  });

  it("takes 64 hex digits as trust anchor", () => {
    const { publicKey } = generateKey();
    const text = Buffer.from(publicKey).toString("hex");
    assert.deepEqual(loadTrust(text), publicKey);
    assert.deepEqual(loadTrust(text.toUpperCase()), publicKey);
  });

  it("warns when others can read the private key, and only then", () => {
    const text = privateKeyToPem(generateKey());
    const warnings: string[] = [];
    const warn = (warning: { name: string }) => warnings.push(warning.name);
    const file = put("k.key", text);
    loadPrivateKey(file, { warn });
    assert.deepEqual(warnings, []);
    for (const mode of [0o640, 0o604]) {
      fs.chmodSync(file, mode);
      loadPrivateKey(file, { warn });
    }
    assert.deepEqual(warnings, ["key-readable", "key-readable"]);
  });

  it("refuses published test keys unless they are allowed", () => {
    const seeds = [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
      "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
      "0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6",
      "ab9c2853ce297ddab85c993b3ae14bcad39b2c682beabc27d6d4eb20711d6560",
      "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842",
      "00".repeat(32),
      Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString("hex"),
    ];
    for (const seed of seeds) {
      const key = generateKey(hex(seed));
      assert.ok(isTestKey(key.publicKey), seed);
      const file = put("test.key", privateKeyToPem(key));
      assert.throws(() => loadPrivateKey(file), refusal("test-key"));
      assert.deepEqual(loadPrivateKey(file, { allowTestKey: true }), key);
    }
    assert.doesNotThrow(() => refuseTestKey(generateKey().publicKey));
  });

  it("refuses trust anchors of small order or in non-canonical form", () => {
    const ff = "ff".repeat(30);
    const weak = [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      `01${"00".repeat(30)}80`,
      `ec${ff}7f`,
      `ed${ff}7f`,
      `ee${ff}ff`,
      `ff${ff}ff`,
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ];
    for (const text of weak) assert.throws(() => loadTrust(text), refusal("weak-key"), text);
    assert.equal(isWeakKey(hex(`eb${ff}7f`)), false);
    assert.equal(isWeakKey(generateKey().publicKey), false);
  });
});
