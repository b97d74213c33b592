/**
 * The native module (docs/native-module.md), answered by the host: same operations, same results.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { unsqueeze } from "../author/squeeze.js";
import { toBytes } from "./bytes.js";
import { SimulatorError } from "./flash.js";
import type { Answer, KnownAnswer } from "./native-module.js";

/** Memory as the module sees it: absolute addresses. Both throw when no such bytes exist. */
export interface Memory {
  /** Without a length: as far as it goes. */
  load(address: number, length?: number): Uint8Array;
  store(address: number, bytes: Uint8Array): void;
}

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let e = exponent, b = base % P; e > 0n; e >>= 1n, b = (b * b) % P) {
    if (e & 1n) result = (result * b) % P;
  }
  return result;
}

/**
 * y of the eight points of small order: 1, -1, 0 and the two of order 8, which are the roots of
 * `x^2 = -y^2` on the curve: `d * y^4 + 2 * y^2 - 1 = 0`.
 */
function isSmallOrder(y: bigint): boolean {
  const d = (P - ((121665n * power(121666n, P - 2n)) % P)) % P;
  const y2 = (y * y) % P;
  return y === 0n || y2 === 1n || (d * y2 * y2 + 2n * y2 - 1n) % P === 0n;
}

function isCanonicalPoint(bytes: Uint8Array): boolean {
  const y = number(bytes) & ((1n << 255n) - 1n);
  return y < P && !isSmallOrder(y);
}

/**
 * Ed25519 of RFC 8032 without cofactor, and stricter: S < L, canonical A and R, no A or R of small
 * order. `signature` 64 bytes, `key` 32 bytes.
 */
export function verifyStrict(signature: Uint8Array, key: Uint8Array, message: Uint8Array): boolean {
  if (signature.length !== 64 || key.length !== 32) return false;
  if (number(signature.subarray(32)) >= L) return false;
  if (!isCanonicalPoint(key) || !isCanonicalPoint(signature.subarray(0, 32))) return false;
  const spki = createPublicKey({ key: Buffer.concat([SPKI, key]), format: "der", type: "spki" });
  return verify(null, message, spki, signature);
}

/** The last verdicts: a board that boots again and again asks the same again and again. */
const verdicts = new Map<string, boolean>();

/** `signature | key | message`. */
function verifyBlock(block: Uint8Array): boolean {
  const key = Buffer.from(block).toString("latin1");
  let valid = verdicts.get(key);
  if (valid === undefined) {
    valid = verifyStrict(block.subarray(0, 64), block.subarray(64, 96), block.subarray(96));
    if (verdicts.size >= 256) verdicts.clear();
    verdicts.set(key, valid);
  }
  return valid;
}

/** One call of the module's entry. */
export function callNative(memory: Memory, op: number, a: number, b: number, c: number): number {
  const hash = (name: string) => createHash(name).update(memory.load(a, b)).digest();
  if (op === 0) return 0x53430001;
  if (op === 1) {
    memory.store(c, hash("sha256"));
    return 0x53430101;
  }
  if (op === 2) return verifyBlock(memory.load(a, 96 + b)) ? 0x53430202 : 0x534302ff;
  if (op === 3) {
    memory.store(c, hash("sha512"));
    return 0x53430303;
  }
  if (op === 4) {
    memory.store(c, unsqueeze(memory.load(a), b));
    return 0x53430404;
  }
  return -1;
}

/** The registers of the nRF52's Cortex-M4. */
export const SIMULATED_CPU = { cpuid: 0x410fc241, isar2: 0x21232231 };

/** The module's answer to a question of the known-answer test, on a simulated board. */
export function answerOnHost({ op, data, b }: KnownAnswer): Answer {
  const digest = new Uint8Array(64);
  const memory: Memory = {
    load: (at, length) => data.subarray(at, length === undefined ? length : at + length),
    store: (at, bytes) => digest.set(bytes, at),
  };
  return { result: callNative(memory, op, 0, b, 0), digest };
}

/** Gives flat buffers addresses in a made-up RAM, and finds them again. */
export class AddressSpace {
  private next = 0x20000000;
  private readonly texts = new Map<string, ArrayBuffer>();
  private readonly addresses = new WeakMap<ArrayBuffer, number>();
  private buffers: { at: number; size: number; buffer: WeakRef<ArrayBuffer> }[] = [];

  /**
   * The address of a buffer, or 0 when it is not flat. Espruino lays buffers of 32 bytes and more
   * flat on boards (13-byte variables); smaller ones are chains of variables.
   */
  addressOf(buffer: ArrayBuffer): number {
    if (buffer.byteLength < 32) return 0;
    const known = this.addresses.get(buffer);
    if (known) return known;
    const at = this.next;
    this.next += (buffer.byteLength + 31) & ~15;
    this.addresses.set(buffer, at);
    this.buffers = this.buffers.filter((entry) => entry.buffer.deref());
    this.buffers.push({ at, size: buffer.byteLength, buffer: new WeakRef(buffer) });
    return at;
  }

  /** The address of a copy of a text's characters, which are bytes. */
  addressOfText(text: string): number {
    const known = this.texts.get(text);
    if (known) return this.addressOf(known);
    // A copy with a buffer of its own.
    const { buffer } = new Uint8Array(toBytes(text) as Uint8Array);
    this.texts.set(text, buffer);
    return this.addressOf(buffer);
  }

  /** A live view on bytes of RAM; without a length on what lies in one piece there. */
  view(address: number, given?: number): Uint8Array {
    const found = this.buffers.find(
      (entry) => address >= entry.at && address + (given ?? 0) <= entry.at + entry.size,
    );
    const length = given ?? (found ? found.at + found.size - address : 0);
    const buffer = found?.buffer.deref();
    if (!found || !buffer) {
      throw new SimulatorError(`no ${length} bytes of flat memory at 0x${address.toString(16)}`);
    }
    return new Uint8Array(buffer, address - found.at, length);
  }
}
