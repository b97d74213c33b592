import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSecretKey, generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  block,
  cbor,
  envelopeOf,
  loose,
  manifestOf,
  map,
  type Signer,
} from "../support/foreign-envelopes.js";

const MAIN = fileURLToPath(new URL("../../host/cli/main.js", import.meta.url));
const SECRET = "61".repeat(32);
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ES256: Signer = { algorithm: -7, key: pair.privateKey };
const HMAC: Signer = { algorithm: 5, key: createSecretKey(Buffer.from(SECRET, "hex")) };
const signed = (signer: Signer, manifest = manifestOf()) =>
  envelopeOf(manifest, { blocks: (digest) => [block(signer, digest)] });

describe("inspect on the command line", function () {
  this.slow(3000);
  this.timeout(60000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-inspect-"));
    put("p256.pub", pair.publicKey.export({ type: "spki", format: "pem" }));
    put("es256.suit", signed(ES256));
    put("hmac.suit", signed(HMAC));
    put("secret", Buffer.from(SECRET, "hex"));
    const disorder = loose(
      map([
        [2, 7],
        [1, 1],
      ]),
    );
    put("disorder.suit", signed(ES256, disorder));
    put("old.suit", signed(ES256, manifestOf([[10, cbor([3, 15])]])));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const put = (name: string, content: string | Uint8Array) =>
    fs.writeFileSync(path.join(folder, name), content);
  const inspect = (...args: string[]) => {
    const options = { cwd: folder, encoding: "utf8" } as const;
    return spawnSync(process.execPath, [MAIN, "inspect", ...args], options);
  };

  it("--key verifies, and says that no board takes it", () => {
    const { status, stdout, stderr } = inspect("es256.suit", "--key", "p256.pub");
    assert.deepEqual([status, stderr], [0, ""]);
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual(
      lines.slice(lines.indexOf("verified with the keys given (not a board's verdict)")),
      [
        "verified with the keys given (not a board's verdict)",
        "  signature 1, COSE_Sign1, ES256: verified by p256.pub",
        "  authentic",
        "board: a board of ours, which takes only Ed25519, would refuse it: 207 cose-algorithm",
      ],
    );
  });

  it("--key takes secrets as hex and in a file", () => {
    for (const key of [`hmac:${SECRET}`, "hmac:secret"]) {
      const { status, stdout } = inspect("hmac.suit", "--key", key);
      assert.equal(status, 0, key);
      assert.ok(!stdout.includes(SECRET));
    }
  });

  it("a key that verifies nothing ends with 1, and the result is printed all the same", () => {
    const args = ["es256.suit", "--key", "p256.pub", "--key", `hmac:${SECRET}`, "--json"];
    const { status, stdout, stderr } = inspect(...args);
    assert.equal(status, 1);
    assert.match(stderr, /^error 986 foreign-unverified: es256\.suit: key hmac:\(hex\) verifies/);
    const { foreign, manifest } = JSON.parse(stdout);
    assert.equal(manifest.sequence, 7);
    assert.equal(foreign.authentic, false);
    assert.deepEqual(foreign.idleKeys, ["hmac:(hex)"]);
    assert.deepEqual(foreign.signatures[0].verifiedBy, ["p256.pub"]);
    assert.match(foreign.board, /207 cose-algorithm$/);
  });

  it("an older draft ends with 1 when it was to be verified", () => {
    const { status, stdout, stderr } = inspect("old.suit", "--key", "p256.pub");
    assert.equal(status, 1);
    assert.match(stderr, /^error 987 older-draft: old\.suit: written for an older SUIT draft, /);
    assert.match(stdout, /^ {2}signature 1, COSE_Sign1, ES256: verified by p256\.pub$/m);
    const looked = inspect("old.suit");
    assert.equal(looked.status, 0);
    assert.match(looked.stdout, /^note: written for an older SUIT draft, .*-14 to -17$/m);
  });

  it("maps out of order are refused, and read with --lenient-order", () => {
    const strict = inspect("disorder.suit", "--key", "p256.pub");
    assert.deepEqual([strict.status, strict.stdout], [1, ""]);
    assert.match(strict.stderr, /^error 988 map-order: disorder\.suit: .*order: manifest$/m);
    assert.match(strict.stderr, /^advice: .*--lenient-order/m);
    const lenient = inspect("disorder.suit", "--lenient-order");
    assert.equal(lenient.status, 0);
    assert.match(lenient.stdout, /^warning: keys out of canonical order: manifest$/m);
  });

  it("keys that are none are wrong usage", () => {
    const { status, stderr } = inspect("es256.suit", "--key", "hmac:");
    assert.equal(status, 2);
    assert.match(stderr, /^error 985 foreign-key: /);
    assert.equal(inspect("es256.suit", "--key", "none.pub").status, 2);
  });
});
