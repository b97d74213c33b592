import assert from "node:assert/strict";
import { createHash, createPublicKey, verify as nodeVerify } from "node:crypto";
import nacl from "tweetnacl";
import { verifyEd25519 } from "../../device/crypto/ed25519.js";
import { combine, type Field, flip, ONE, pair, zero } from "../../device/crypto/field.js";
import { digitsOf, isReduced, reduce, windows } from "../../device/crypto/scalar.js";
import { sha512 } from "../../device/crypto/sha512.js";
import { SIGNATURE_INVALID } from "../../device/errors.js";
import * as curve from "../support/edwards.js";

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** True or false; anything but the one refusal is an error of the test. */
function valid(block: Uint8Array, hash: (bytes: Uint8Array) => Uint8Array = sha512): boolean {
  try {
    verifyEd25519(block, hash);
    return true;
  } catch (e) {
    assert.deepEqual(e, { c: SIGNATURE_INVALID, a: 0 });
    return false;
  }
}

/** mulberry32: the same cases in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}
function randomBytes(next: () => number, length: number): Uint8Array {
  return new Uint8Array(length).map(() => next() & 255);
}

/** RFC 8032, section 7.1: public key, message, signature. */
const RFC8032: [string, string, string, string][] = [
  [
    "TEST 1",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "TEST 2",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "TEST 3",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
  [
    "TEST SHA(abc)",
    "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  ],
];
const SAMPLE = join(hex(RFC8032[2][3]), hex(RFC8032[2][1]), hex(RFC8032[2][2]));

function withS(block: Uint8Array, s: bigint): Uint8Array {
  return join(block.subarray(0, 32), curve.toBytes(s), block.subarray(64));
}

/**
 * A block for which [S]B = R + [k]A holds, with S and k chosen and the hash replaced by k: only so
 * can the rules about encodings and orders be the one reason of a refusal.
 */
const S = 0x123456789abcdef0fedcba98765432100123456789abcdef0fedcba98765432n;
const K = 0xf00dfeedfacecafe0123456789abcdef0fedcba98765432100123456789abcdn;
const asK = (k: bigint) => () => curve.toBytes(k, 64);
function requireEquation(block: Uint8Array, k: bigint): void {
  const r = curve.decode(block.subarray(0, 32));
  const a = curve.decode(block.subarray(64, 96));
  assert.ok(r && a);
  const left = curve.multiply(curve.fromBytes(block.subarray(32, 64)), curve.B);
  assert.ok(curve.same(left, curve.add(r, curve.multiply(k, a))), "the test's own equation");
}
/** With this key; R follows. */
function blockForKey(key: Uint8Array): Uint8Array {
  const a = curve.decode(key);
  assert.ok(a);
  const r = curve.add(curve.multiply(S, curve.B), curve.negate(curve.multiply(K, a)));
  const block = join(curve.encode(r), curve.toBytes(S), key);
  requireEquation(block, K);
  return block;
}
/** With this R; the key follows. */
function blockForR(encoded: Uint8Array): Uint8Array {
  const r = curve.decode(encoded);
  assert.ok(r);
  const a = curve.multiply(
    curve.inverseOfScalar(K),
    curve.add(curve.multiply(S, curve.B), curve.negate(r)),
  );
  const block = join(encoded, curve.toBytes(S), curve.encode(a));
  requireEquation(block, K);
  return block;
}

describe("crypto: SHA-512", () => {
  for (const length of [0, 1, 111, 112, 113, 127, 128, 129, 239, 240, 241, 1000]) {
    it(`hashes ${length} bytes as node:crypto does`, () => {
      const bytes = randomBytes(random(length), length);
      const expected = new Uint8Array(createHash("sha512").update(bytes).digest());
      assert.deepEqual(sha512(bytes), expected);
    });
  }
});

describe("crypto: field and scalars", () => {
  const W = Array.from({ length: 13 }, (_, i) => Math.ceil(21.25 * i));
  const value = (x: Field) =>
    curve.mod([...x.subarray(12)].reduce((sum, v) => sum + BigInt(v), 0n));
  /** Limbs as large as the carry may leave them, with signs from a random word. */
  const extreme = (signs: number): Field => {
    const x = new Float64Array(24);
    for (let i = 0; i < 12; i++) {
      const size = 2 ** (W[i + 1] - 1) * (i === 1 ? 1 + 2 ** -8 : 1);
      x[12 + i] = (signs >> i) & 1 ? size : -size;
      x[i] = (x[12 + i] * 19) / 2 ** 255;
    }
    return x;
  };

  it("multiplies exactly when every limb is as large as it may be", () => {
    const next = random(1);
    for (let n = 0; n < 300; n++) {
      // The first four have all signs alike: no term cancels another.
      const [a, b, c, d] = [0, 1, 2, 3].map((i) =>
        extreme(n < 4 ? ((n >> (i & 1)) & 1) * 4095 : next()),
      );
      const expected = curve.mod(2n * value(a) * value(b) + 4n * value(c) * value(d));
      const result = zero();
      const other = zero();
      pair(result, other, flip(a), b, flip(c), d, 2, 4, 1, -1);
      assert.equal(value(other), curve.mod(value(a) * value(b) - value(c) * value(d)));
      assert.equal(value(result), expected);
      for (let i = 0; i < 12; i++) {
        const bound = 2 ** (W[i + 1] - 1) * (i === 1 ? 1.01 : 1);
        assert.ok(Math.abs(result[12 + i]) <= bound, `limb ${i} is balanced`);
        assert.equal(result[i], (result[12 + i] * 19) / 2 ** 255);
      }
    }
    assert.equal(value(combine(ONE, ONE, ONE, ONE, -1)), 0n);
  });

  it("reduces modulo L to the one residue, at the edges too", () => {
    const { L } = curve;
    const top = (1n << 512n) - 1n;
    const values = [0n, 1n, L - 1n, L, L + 1n, 2n * L - 1n, 2n * L, 16n * L - 1n, 16n * L, top];
    for (const shift of [252n, 253n, 255n, 256n, 259n, 272n, 384n, 496n, 511n]) {
      values.push((1n << shift) - 1n, 1n << shift, (1n << shift) + 1n);
    }
    for (let q = top / L - 3n; q <= top / L; q++) values.push(q * L - 1n, q * L, q * L + 1n);
    const next = random(2);
    for (let n = 0; n < 300; n++) values.push(curve.fromBytes(randomBytes(next, 64)));
    for (let n = 0; n < 300; n++)
      values.push(curve.fromBytes(randomBytes(next, 32)) * L - BigInt(n));
    for (const v of values) {
      if (v < 0n) continue;
      const x = digitsOf(curve.toBytes(v, 64), 0, 64);
      reduce(x);
      const result = x.reduce((sum, digit, i) => sum + (BigInt(digit) << BigInt(16 * i)), 0n);
      assert.equal(result, v % L);
      const sum = windows(x).reduce((s, digit, i) => s + (BigInt(digit) << BigInt(i)), 0n);
      assert.equal(sum, v % L);
    }
    for (const v of [0n, L - 1n]) assert.ok(isReduced(digitsOf(curve.toBytes(v), 0, 32)));
    for (const v of [L, L + 1n, (1n << 256n) - 1n]) {
      assert.ok(!isReduced(digitsOf(curve.toBytes(v), 0, 32)));
    }
  });
});

describe("crypto: Ed25519", () => {
  for (const [name, key, message, signature] of RFC8032) {
    it(`accepts RFC 8032 ${name}`, () => {
      assert.ok(valid(join(hex(signature), hex(key), hex(message))));
    });
  }

  it("feeds the watchdog during the work", () => {
    let kicks = 0;
    verifyEd25519(SAMPLE, sha512, () => kicks++);
    assert.ok(kicks > 490, `${kicks}`);
  });

  it("D1: refuses every single flipped bit of signature, key and message", () => {
    for (let bit = 0; bit < SAMPLE.length * 8; bit++) {
      const block = SAMPLE.slice();
      block[bit >> 3] ^= 1 << (bit & 7);
      assert.ok(!valid(block), `bit ${bit}`);
    }
  });

  it("D2: refuses S + L and S = L, and judges S = 0 and S = L - 1 by the equation", () => {
    const { L } = curve;
    const s = curve.fromBytes(SAMPLE.subarray(32, 64));
    for (let n = 1n; n < 15n; n++) assert.ok(!valid(withS(SAMPLE, s + n * L)), `S + ${n} L`);
    for (const bad of [0n, L - 1n, L, L + 1n]) assert.ok(!valid(withS(SAMPLE, bad)));
    // The equation holds with S = L - 1 and S = 0, so with S = 2 L - 1 and S = L only the range is wrong.
    const key = curve.multiply(77n, curve.B);
    for (const edge of [L - 1n, 0n]) {
      const r = curve.add(curve.multiply(edge, curve.B), curve.negate(curve.multiply(K, key)));
      const block = join(curve.encode(r), curve.toBytes(edge), curve.encode(key));
      requireEquation(block, K);
      assert.ok(valid(block, asK(K)));
      assert.ok(!valid(withS(block, edge + L), asK(K)));
    }
  });

  it("D3: refuses A of small order in all 14 encodings though the equation holds", () => {
    const encodings = curve.torsionEncodings();
    assert.equal(encodings.length, 14);
    for (const key of encodings) {
      assert.ok(!valid(blockForKey(key), asK(K)), Buffer.from(key).toString("hex"));
    }
    assert.ok(valid(blockForKey(curve.encode(curve.multiply(5n, curve.B))), asK(K)));
  });

  it("D3: refuses R of small order in all 14 encodings though the equation holds", () => {
    for (const r of curve.torsionEncodings()) {
      assert.ok(!valid(blockForR(r), asK(K)), Buffer.from(r).toString("hex"));
    }
    assert.ok(valid(blockForR(curve.encode(curve.multiply(5n, curve.B))), asK(K)));
  });

  it("D4: refuses y >= p in A or R, and accepts the same points encoded canonically", () => {
    let points = 0;
    for (let y = 2n; y < 19n; y++) {
      for (const top of [0n, 1n << 255n]) {
        const good = curve.toBytes(y | top);
        if (!curve.decode(good)) continue;
        points++;
        const bad = curve.toBytes((y + curve.P) | top);
        assert.ok(valid(blockForKey(good), asK(K)));
        assert.ok(valid(blockForR(good), asK(K)));
        assert.ok(!valid(blockForKey(bad), asK(K)), `A, y = p + ${y}`);
        assert.ok(!valid(blockForR(bad), asK(K)), `R, y = p + ${y}`);
      }
    }
    assert.ok(points >= 8, `${points}`);
  });

  it("D4: accepts y that differs from p and above in one byte only", () => {
    for (let byte = 1; byte < 32; byte++) {
      let found = false;
      for (let low = 0xed; low < 0x100 && !found; low++) {
        const y = new Uint8Array(32).fill(255);
        y[0] = low;
        y[31] = 127;
        y[byte] ^= 16;
        if (!curve.decode(y)) continue;
        found = true;
        assert.ok(valid(blockForKey(y), asK(K)), `byte ${byte}`);
      }
      assert.ok(found);
    }
  });

  it("D4: refuses x = 0 with the sign bit set, and y that is on no point", () => {
    for (const y of [1n, curve.P - 1n]) {
      const bytes = curve.toBytes(y | (1n << 255n));
      assert.ok(!valid(blockForKey(bytes), asK(K)));
      assert.ok(!valid(blockForR(bytes), asK(K)));
    }
    let none = 0;
    for (let y = 2n; y < 40n; y++) {
      if (curve.decode(curve.toBytes(y))) continue;
      none++;
      assert.ok(!valid(join(curve.toBytes(y), SAMPLE.subarray(32))));
      assert.ok(!valid(join(SAMPLE.subarray(0, 64), curve.toBytes(y))));
    }
    assert.ok(none > 8, `${none}`);
    // With k = 0 the equation holds whatever A is, on the curve or not.
    const r = curve.encode(curve.multiply(S, curve.B));
    const y2 = curve.toBytes(2n);
    const y3 = curve.toBytes(3n);
    const off = curve.decode(y2) ? y3 : y2;
    assert.ok(!curve.decode(off));
    assert.ok(valid(join(r, curve.toBytes(S), SAMPLE.subarray(64, 96)), asK(0n)));
    assert.ok(!valid(join(r, curve.toBytes(S), off), asK(0n)));
  });

  it("D5: keys of mixed order get the verdict without cofactor, k reduced modulo L", () => {
    const secret = 0x1234567n;
    let accepted = 0;
    let refused = 0;
    for (const t of curve.torsion().slice(1)) {
      const key = curve.encode(curve.add(curve.multiply(secret, curve.B), t));
      const r = curve.multiply(99n, curve.B);
      for (let message = 0; message < 16; message++) {
        const head = join(curve.encode(r), key, Uint8Array.of(message));
        const h = curve.fromBytes(new Uint8Array(createHash("sha512").update(head).digest()));
        const k = h % curve.L;
        const s = (99n + k * secret) % curve.L;
        const block = join(curve.encode(r), curve.toBytes(s), key, Uint8Array.of(message));
        const expected = curve.same(curve.multiply(k, t), curve.IDENTITY);
        assert.equal(valid(block), expected, `k mod 8 = ${k % 8n}`);
        if (expected) accepted++;
        else refused++;
      }
    }
    assert.ok(accepted > 5 && refused > 5, `${accepted} ${refused}`);
  });

  it("C23: refuses the zero signature and every block that is too short", () => {
    assert.ok(!valid(join(new Uint8Array(64), SAMPLE.subarray(64))));
    const one = join(hex(RFC8032[0][3]), hex(RFC8032[0][1]));
    assert.ok(valid(one));
    for (let length = 0; length < 96; length++) assert.ok(!valid(one.subarray(0, length)));
  });

  it("refuses a signature of 63 or 65 bytes", () => {
    assert.ok(!valid(join(SAMPLE.subarray(0, 63), SAMPLE.subarray(64))));
    assert.ok(!valid(join(SAMPLE.subarray(0, 64), Uint8Array.of(0), SAMPLE.subarray(64))));
  });

  it("agrees with node:crypto and tweetnacl on 160 seeded cases", () => {
    const next = random(25519);
    let accepted = 0;
    for (let n = 0; n < 160; n++) {
      const pair = nacl.sign.keyPair.fromSeed(randomBytes(next, 32));
      const message = randomBytes(next, next() % 300);
      const signature = nacl.sign.detached(message, pair.secretKey);
      const block = join(signature, pair.publicKey, message);
      if (n % 2) block[next() % block.length] ^= 1 << (next() & 7);
      const parts = [block.slice(0, 64), block.slice(64, 96), block.slice(96)];
      const expected = nacl.sign.detached.verify(parts[2], parts[0], parts[1]);
      const prefix = hex("302a300506032b6570032100");
      const der = Buffer.concat([prefix, parts[1]]);
      const key = createPublicKey({ key: der, format: "der", type: "spki" });
      assert.equal(nodeVerify(null, parts[2], key, parts[0]), expected);
      assert.equal(valid(block), expected);
      if (expected) accepted++;
    }
    assert.equal(accepted, 80);
  });
});
