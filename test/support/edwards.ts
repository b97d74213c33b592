/**
 * The curve of Ed25519 in BigInt: slow, plain and written apart from device/crypto, to build inputs
 * that no honest signer makes. It decodes leniently: any y below 2^255, and x = 0 with either sign.
 */

export const P = (1n << 255n) - 19n;
export const L = (1n << 252n) + 27742317777372353535851937790883648493n;

/** Extended coordinates X, Y, Z, T. */
export type Point = readonly [bigint, bigint, bigint, bigint];

export function mod(a: bigint, m = P): bigint {
  const r = a % m;
  return r < 0n ? r + m : r;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let b = mod(base);
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % P;
    b = (b * b) % P;
  }
  return result;
}

export function inverse(a: bigint): bigint {
  return power(a, P - 2n);
}

/** The inverse modulo 8 L of an odd number that L does not divide, by Euclid's algorithm. */
export function inverseOfScalar(a: bigint): bigint {
  const m = 8n * L;
  let [r0, r1, t0, t1] = [m, mod(a, m), 0n, 1n];
  while (r1 > 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  if (r0 !== 1n) throw new Error("not invertible");
  return mod(t0, m);
}

const D = mod(-121665n * inverse(121666n));
const SQRT_M1 = power(2n, (P - 1n) / 4n);

export function add(a: Point, b: Point): Point {
  const A = mod((a[1] - a[0]) * (b[1] - b[0]));
  const B = mod((a[1] + a[0]) * (b[1] + b[0]));
  const C = mod(2n * D * a[3] * b[3]);
  const Z = mod(2n * a[2] * b[2]);
  const [E, F, G, H] = [B - A, Z - C, Z + C, B + A];
  return [mod(E * F), mod(G * H), mod(F * G), mod(E * H)];
}

export const IDENTITY: Point = [0n, 1n, 1n, 0n];

export function negate(a: Point): Point {
  return [mod(-a[0]), a[1], a[2], mod(-a[3])];
}

export function multiply(scalar: bigint, point: Point): Point {
  let result = IDENTITY;
  let p = point;
  for (let k = mod(scalar, 8n * L); k > 0n; k >>= 1n) {
    if (k & 1n) result = add(result, p);
    p = add(p, p);
  }
  return result;
}

export function toBytes(value: bigint, length = 32): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 255n);
  return bytes;
}

export function fromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}

export function encode(point: Point): Uint8Array {
  const z = inverse(point[2]);
  return toBytes(mod(point[1] * z) | ((mod(point[0] * z) & 1n) << 255n));
}

export function decode(bytes: Uint8Array): Point | undefined {
  const value = fromBytes(bytes);
  const y = value & ((1n << 255n) - 1n);
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  const square = mod(u * inverse(v));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * SQRT_M1);
  if (mod(x * x) !== square) return undefined;
  if ((x & 1n) !== value >> 255n) x = mod(-x);
  return [x, mod(y), 1n, mod(x * y)];
}

/** The same point, whatever the coordinates. */
export function same(a: Point, b: Point): boolean {
  return mod(a[0] * b[2] - b[0] * a[2]) === 0n && mod(a[1] * b[2] - b[1] * a[2]) === 0n;
}

const base = decode(toBytes(mod(4n * inverse(5n))));
if (!base) throw new Error("no base point");
export const B: Point = base;

/** The eight points whose order divides 8: the multiples of one of order 8. */
export function torsion(): Point[] {
  for (let y = 2n; ; y++) {
    const point = decode(toBytes(y));
    if (!point) continue;
    const t = multiply(L, point);
    if (same(multiply(4n, t), IDENTITY)) continue;
    return [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((n) => multiply(n, t));
  }
}

/** Every encoding, canonical or not, that decodes leniently to a point of order 1, 2, 4 or 8. */
export function torsionEncodings(): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const point of torsion()) {
    const y = fromBytes(encode(point)) & ((1n << 255n) - 1n);
    for (const value of [y, y + P]) {
      if (value >> 255n) continue;
      for (const top of [0n, 1n]) {
        const bytes = toBytes(value | (top << 255n));
        found.set(Buffer.from(bytes).toString("hex"), bytes);
      }
    }
  }
  return [...found.values()];
}
