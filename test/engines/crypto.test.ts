/** The board's Ed25519 and SHA-512 in the real interpreter, on its own scalar product and on ours. */
import assert from "node:assert/strict";
import { createHash, createPrivateKey, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { verifyOnHost } from "../../host/verify.js";
import * as curve from "../support/edwards.js";
import { blockCase, runCases, textCase } from "../support/engine-cases.js";
import { describeEngine } from "../support/engine-rig.js";

const VECTORS =
  process.env.SUITCASE_VECTORS ||
  fileURLToPath(new URL("../../../../shared/vectors/", import.meta.url));

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** RFC 8032, section 7.1: public key, message, signature. */
const RFC8032 = [
  [
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
];

/** Signature | public key | message of a seed. */
function signed(seed: number, message: Uint8Array): Uint8Array {
  const key = createPrivateKey({
    key: Buffer.concat([
      Buffer.from("302e020100300506032b657004220420", "hex"),
      Buffer.alloc(32, seed),
    ]),
    format: "der",
    type: "pkcs8",
  });
  const { x } = key.export({ format: "jwk" });
  return join(sign(null, message, key), Buffer.from(x as string, "base64url"), message);
}

const flipped = (block: Uint8Array, at: number, bit = 1) => {
  const other = block.slice();
  other[at] ^= bit;
  return other;
};

/** What is not valid, and why; most of it is refused before any arithmetic on points. */
function invalid(): [string, Uint8Array][] {
  const good = signed(5, new Uint8Array(36).fill(7));
  const s = curve.fromBytes(good.subarray(32, 64));
  const [, small] = curve.torsionEncodings();
  const p = curve.toBytes(curve.P);
  return [
    ["R", flipped(good, 0)],
    ["R-sign", flipped(good, 31, 128)],
    ["S", flipped(good, 32)],
    ["S+L", join(good.subarray(0, 32), curve.toBytes(s + curve.L), good.subarray(64))],
    ["S-high", flipped(good, 63, 128)],
    ["A", flipped(good, 64)],
    ["A-sign", flipped(good, 95, 128)],
    ["message", flipped(good, 131, 128)],
    ["short", good.subarray(0, 95)],
    ["longer", join(good, new Uint8Array(1))],
    ["A-small", join(good.subarray(0, 64), small, good.subarray(96))],
    ["R-small", join(small, good.subarray(32))],
    ["A-p", join(good.subarray(0, 64), p, good.subarray(96))],
    ["zeros", new Uint8Array(132)],
    ["ones", new Uint8Array(132).fill(255)],
  ];
}

const inNode = (block: Uint8Array) => {
  try {
    verifyOnHost(block);
    return "accept";
  } catch (e) {
    return `refuse ${(e as { c: number }).c} 0`;
  }
};

describeEngine("crypto in the real interpreter", function () {
  this.slow(60_000);

  it("Ed25519 accepts what is valid and refuses what is not, with the verdicts of Node", async () => {
    const blocks: [string, Uint8Array, string][] = RFC8032.map(([key, message, signature], i) => [
      `rfc8032-${i + 1}`,
      hex(signature + key + message),
      "accept",
    ]);
    for (let i = 1; i < 5; i++)
      blocks.push([`own-${i}`, signed(i, new Uint8Array(i * 50).fill(i)), "accept"]);
    for (const [id, block] of invalid()) blocks.push([id, block, "refuse 203 0"]);
    const speccheck = path.join(VECTORS, "crypto", "ed25519-speccheck.json");
    if (existsSync(speccheck))
      for (const each of JSON.parse(readFileSync(speccheck, "utf8")))
        blocks.push([
          `speccheck-${each.case}`,
          hex(each.signature + each.pub_key + each.message),
          each.accept_by.LibSodium ? "accept" : "refuse 203 0",
        ]);
    else console.log(`      speccheck left out: there is no ${speccheck} (set SUITCASE_VECTORS)`);
    const verdicts = await runCases(blocks.map(([id, block]) => blockCase(id, block)));
    for (const [id, block, expected] of blocks) {
      assert.equal(inNode(block), expected, id);
      assert.equal(verdicts.get(id)?.text, expected, id);
    }
    console.log(
      `      ${blocks.length} signatures, a good one in ${verdicts.get("own-1")?.milliseconds} ms`,
    );
  });

  it("Ed25519 gives the same without E.convolve, only slower", async () => {
    const good = signed(6, new Uint8Array(36).fill(8));
    const cases = [blockCase("good", good), blockCase("bad", flipped(good, 100))];
    const verdicts = await runCases(cases, "E.convolve = 0;");
    assert.equal(verdicts.get("good")?.text, "accept");
    assert.equal(verdicts.get("bad")?.text, "refuse 203 0");
    const slow = verdicts.get("good")?.milliseconds as number;
    const fast = (await runCases(cases.slice(0, 1))).get("good")?.milliseconds as number;
    assert.ok(slow > 2 * fast, `${slow} ms, ${fast} ms: was it removed?`);
    console.log(`      a good signature without it ${slow} ms, with it ${fast} ms`);
  });

  it("SHA-512 is that of Node around the ends of its blocks", async () => {
    const texts = [0, 1, 3, 55, 110, 111, 112, 113, 127, 128, 129, 239, 240, 241, 300].map((size) =>
      new Uint8Array(size).map((_, i) => i * 7 + size),
    );
    const verdicts = await runCases(texts.map((text) => textCase(`${text.length}`, text)));
    for (const text of texts)
      assert.equal(
        verdicts.get(`${text.length}`)?.text,
        createHash("sha512").update(text).digest("base64"),
        `${text.length} bytes`,
      );
  });
});
