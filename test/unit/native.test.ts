import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { AddressSpace, verifyStrict } from "../../host/board/native.js";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const littleEndian = (value: bigint) =>
  Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
const toNumber = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);

/** y of all points of small order, and encodings above the field's prime. */
const REFUSED_POINTS = {
  "of order 1": `01${"00".repeat(31)}`,
  "of order 2": `ec${"ff".repeat(30)}7f`,
  "of order 4": "00".repeat(32),
  "of order 4, negative": `${"00".repeat(31)}80`,
  "of order 8": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "of order 8, the other": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "of order 8, negative": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "not canonical, 0": `ed${"ff".repeat(30)}7f`,
  "not canonical, 1": `ee${"ff".repeat(30)}7f`,
};

describe("strict Ed25519 of the simulated module", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const message = Buffer.from("firmware");
  const signature = sign(null, message, privateKey);

  it("takes a good signature and no changed one", () => {
    assert.equal(verifyStrict(signature, key, message), true);
    assert.equal(verifyStrict(signature, key, Buffer.from("firmwarf")), false);
    for (const at of [0, 31, 32, 50]) {
      const changed = Buffer.from(signature);
      changed[at] ^= 1;
      assert.equal(verifyStrict(changed, key, message), false);
    }
  });

  it("refuses S + L", () => {
    const s = toNumber(signature.subarray(32));
    const changed = Buffer.concat([signature.subarray(0, 32), littleEndian(s + ORDER)]);
    assert.equal(verifyStrict(changed, key, message), false);
  });

  for (const [what, hex] of Object.entries(REFUSED_POINTS)) {
    it(`refuses a key and an R ${what}`, () => {
      const point = Buffer.from(hex, "hex");
      // With S = 0, R = A of small order is valid for some messages in a lax verifier.
      const zero = Buffer.concat([point, Buffer.alloc(32)]);
      for (let i = 0; i < 16; i++) {
        assert.equal(verifyStrict(zero, point, Buffer.of(i)), false);
      }
      const withR = Buffer.concat([point, signature.subarray(32)]);
      assert.equal(verifyStrict(withR, key, message), false);
    });
  }
});

describe("simulated RAM", () => {
  it("gives a buffer the same address again, and others another", () => {
    const space = new AddressSpace();
    const [a, b] = [new ArrayBuffer(64), new ArrayBuffer(64)];
    const at = space.addressOf(a);
    assert.equal(space.addressOf(a), at);
    assert.ok(space.addressOf(b) >= at + 64);
    space.view(at + 60, 4)[0] = 9;
    assert.equal(new Uint8Array(a)[60], 9);
    assert.throws(() => space.view(at + 61, 4), /no 4 bytes/);
  });
});
