import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Read } from "../../device/crypto/sha256.js";
import { sha256 as halves } from "../../device/crypto/sha256-halves.js";
import { sha256 as words } from "../../device/crypto/sha256-words.js";
import { readBundle } from "../../host/board/bundles.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

type Hash = (read: Read, length: number, kick: () => void) => Uint8Array;

/** What the program for block 1 of a board leaves behind. */
function bundled(): Hash {
  const global: { suitcase?: Hash } = {};
  new Function("global", Buffer.from(readBundle("hash.js")).toString("latin1"))(global);
  return global.suitcase as Hash;
}

/** Of bytes in memory; how it reads them is checked, too. */
function digestOf(sha256: Hash, bytes: Uint8Array): string {
  let next = 0;
  let kicks = 0;
  const read = (at: number, size: number) => {
    assert.equal(at, next);
    assert.ok(size > 0 && size <= 64 && at + size <= bytes.length, `${size} bytes at ${at}`);
    next = at + size;
    return bytes.subarray(at, next);
  };
  const digest = sha256(read, bytes.length, () => kicks++);
  assert.equal(next, bytes.length);
  assert.equal(kicks, Math.ceil((bytes.length + 9) / 64));
  return hex(digest);
}

/** Bytes that repeat nowhere near a block's size. */
const pattern = (length: number) =>
  Uint8Array.from({ length }, (_, i) => (i * i * 167 + i * 13 + (i >> 8)) & 255);

for (const [form, sha256] of [
  ["halves", halves],
  ["words", words],
  ["words, as a board has it", bundled()],
] as const)
  describe(`SHA-256 in plain JavaScript (${form})`, () => {
    const ours = (bytes: Uint8Array) => digestOf(sha256, bytes);

    // FIPS 180-4's examples, as NIST publishes them.
    const FIPS: [what: string, text: string, digest: string][] = [
      ["of nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
      ["of abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
      [
        "of two blocks",
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      ],
      [
        "of a million times a",
        "a".repeat(1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
      ],
    ];
    for (const [what, text, digest] of FIPS)
      it(`gives the published digest ${what}`, () => {
        assert.equal(ours(new Uint8Array(Buffer.from(text))), digest);
      });

    it("agrees with node:crypto on every length up to five blocks", () => {
      for (let length = 0; length <= 321; length++) {
        const bytes = pattern(length);
        assert.equal(ours(bytes), createHash("sha256").update(bytes).digest("hex"), `${length}`);
      }
    });

    it("agrees on every length around a limit of blocks, also where the length has more bytes", () => {
      for (const blocks of [32, 256, 1024, 2048])
        for (let length = 64 * blocks - 10; length <= 64 * blocks + 2; length++) {
          const bytes = pattern(length);
          assert.equal(ours(bytes), createHash("sha256").update(bytes).digest("hex"), `${length}`);
        }
    });

    it("agrees on words of ones and of single bits, where carries and shifts are at their ends", () => {
      const cases = [new Uint8Array(64).fill(255), new Uint8Array(119).fill(255)];
      for (let bit = 0; bit < 512; bit++) {
        const bytes = new Uint8Array(64);
        bytes[bit >> 3] = 1 << (bit & 7);
        cases.push(
          bytes,
          bytes.map((byte) => ~byte),
        );
      }
      for (const bytes of cases)
        assert.equal(ours(bytes), createHash("sha256").update(bytes).digest("hex"), hex(bytes));
    });
  });
