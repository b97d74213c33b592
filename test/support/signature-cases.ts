/**
 * Blocks (signature, public key, message) from a seed, good and bad, for comparing verifiers: what they
 * make of the same block must be the same.
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import nacl from "tweetnacl";
import { verifyEd25519 } from "../../device/crypto/ed25519.js";
import { sha512 } from "../../device/crypto/sha512.js";
import { verifyStrict } from "../../host/board/native.js";
import * as curve from "./edwards.js";
import { inPage } from "./page-verifier.js";

export const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** mulberry32: the same cases in every run. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export const randomBytes = (next: (below: number) => number, length: number) =>
  new Uint8Array(length).map(() => next(256));

const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** A good block of the key that belongs to a seed of 32 bytes. */
export function signed(seed: Uint8Array, message: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: join(PKCS8, seed) as Buffer, format: "der", type: "pkcs8" });
  const { x } = key.export({ format: "jwk" });
  return join(sign(null, message, key), Buffer.from(x as string, "base64url"), message);
}

/** The scalar with which a block's equation is [S]B = R + [k]A. */
export function hashOf(block: Uint8Array): bigint {
  const hash = createHash("sha512").update(block.subarray(0, 32)).update(block.subarray(64));
  return curve.fromBytes(new Uint8Array(hash.digest())) % curve.L;
}

/** A block with another S. */
export const withS = (block: Uint8Array, s: bigint) =>
  join(block.subarray(0, 32), curve.toBytes(s), block.subarray(64));

const sOf = (block: Uint8Array) => curve.fromBytes(block.subarray(32, 64));

export interface Case {
  kind: string;
  block: Uint8Array;
}

const flip = (block: Uint8Array, from: number, to: number, next: (below: number) => number) => {
  const other = block.slice();
  other[from + next(to - from)] ^= 1 << next(8);
  return other;
};

const TORSION = curve.torsionEncodings();

/** What is done to a good block. */
const CHANGES: Record<string, (good: Uint8Array, next: (below: number) => number) => Uint8Array> = {
  good: (good) => good,
  "R changed": (good, next) => flip(good, 0, 32, next),
  "S changed": (good, next) => flip(good, 32, 64, next),
  "A changed": (good, next) => flip(good, 64, 96, next),
  "message changed": (good, next) => flip(good, 96, good.length, next),
  "signs of R and A": (good, next) => {
    const other = good.slice();
    other[next(2) ? 31 : 95] ^= 128;
    return other;
  },
  "S + n L": (good, next) => withS(good, sOf(good) + BigInt(1 + next(14)) * curve.L),
  "L - S": (good) => withS(good, curve.L - sOf(good)),
  noise: (good, next) => join(randomBytes(next, 96), good.subarray(96)),
  "R of small order": (good, next) => join(TORSION[next(TORSION.length)], good.subarray(32)),
  "A of small order": (good, next) =>
    join(good.subarray(0, 64), TORSION[next(TORSION.length)], good.subarray(96)),
  "all of small order": (good, next) =>
    withS(
      join(
        TORSION[next(TORSION.length)],
        good.subarray(32, 64),
        TORSION[next(TORSION.length)],
        good.subarray(96),
      ),
      0n,
    ),
  "y from p up": (good, next) => {
    const y = curve.toBytes((curve.P + BigInt(next(19))) | (BigInt(next(2)) << 255n));
    return next(2) ? join(y, good.subarray(32)) : join(good.subarray(0, 64), y, good.subarray(96));
  },
};
const KINDS = Object.keys(CHANGES);

/** Kinds on which looser verifiers may differ. */
const LOOSE = /small order|from p up|S \+ n L|noise/;

/** `count` blocks: every second one is good, the others have something done to them. */
export function cases(count: number, seed: number): Case[] {
  const next = random(seed);
  return Array.from({ length: count }, (_, i) => {
    const length = next(50) === 0 ? 1000 + next(3000) : 1 + next(300);
    const good = signed(randomBytes(next, 32), randomBytes(next, length));
    const kind = i % 2 ? KINDS[1 + next(KINDS.length - 1)] : "good";
    return { kind, block: CHANGES[kind](good, next) };
  });
}

/** The board's verifier in JavaScript. */
export function inJavaScript(block: Uint8Array): boolean {
  try {
    verifyEd25519(block, sha512);
    return true;
  } catch (error) {
    if ((error as { c?: number }).c === undefined) throw error;
    return false;
  }
}

/** The simulator's stand-in for the module. */
export function onHost(block: Uint8Array): boolean {
  return verifyStrict(block.subarray(0, 64), block.subarray(64, 96), block.subarray(96));
}

function openssl(block: Uint8Array): boolean {
  const spki = Buffer.concat([SPKI, block.subarray(64, 96)]);
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  return verify(null, block.subarray(96), key, block.subarray(0, 64));
}

const tweetnacl = (block: Uint8Array) =>
  nacl.sign.detached.verify(block.slice(96), block.slice(0, 64), block.slice(64, 96));

/**
 * What others say to a case that one verifier judged, as a list of those who disagree. What is accepted
 * they all accept; what is refused, the looser ones may accept in some kinds of cases.
 */
export function dissenters({ kind, block }: Case, verdict: boolean): string[] {
  const strict = { javascript: inJavaScript, host: onHost, page: inPage };
  const loose = { openssl, tweetnacl };
  const names: string[] = [];
  for (const [name, judge] of Object.entries(strict))
    if (judge(block) !== verdict) names.push(name);
  for (const [name, judge] of Object.entries(loose))
    if (judge(block) !== verdict && (verdict || !LOOSE.test(kind))) names.push(name);
  return names;
}
