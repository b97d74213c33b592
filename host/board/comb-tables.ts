/**
 * The tables with which boards without the native module verify the signatures of the keys that they
 * trust (device/crypto/comb.ts).
 */
import { COMB_SIZE, SPACING, TEETH } from "../../device/crypto/comb.js";

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** X, Y, Z, T of RFC 8032, section 5.1.4. */
type Point = [x: bigint, y: bigint, z: bigint, t: bigint];

const mod = (a: bigint) => ((a % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let e = exponent, b = mod(base); e > 0n; e >>= 1n, b = (b * b) % P)
    if (e & 1n) result = (result * b) % P;
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n);

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const [a, b] = [(y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)];
  const [c, d] = [2n * D * t1 * t2, 2n * z1 * z2];
  const [e, f, g, h] = [b - a, d - c, d + c, b + a].map(mod);
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

const negate = ([x, y, z, t]: Point): Point => [mod(-x), y, z, mod(-t)];

function decode(bytes: Uint8Array): Point | undefined {
  const value = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  const y = value & (2n ** 255n - 1n);
  const square = (y * y - 1n) * power(D * y * y + 1n, P - 2n);
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * ROOT);
  if (y >= P || mod(x * x - square)) return undefined;
  if ((x & 1n) !== value >> 255n) x = mod(-x);
  return [x, y, 1n, mod(x * y)];
}

/** x of an encoded point, 32 bytes; throws for what is no point. */
export function xOf(bytes: Uint8Array): Uint8Array {
  const point = decode(bytes);
  if (!point) throw new Error("not the encoding of a point");
  return new Uint8Array(Buffer.from(point[0].toString(16).padStart(64, "0"), "hex").reverse());
}

/** Whether L times the point is the neutral one, without which no scalar may be changed by L. */
function hasPrimeOrder(point: Point): boolean {
  let result: Point = [0n, 1n, 1n, 0n];
  for (let bit = 252n; bit >= 0n; bit--) {
    result = add(result, result);
    if ((L >> bit) & 1n) result = add(result, point);
  }
  return result[0] === 0n && result[1] === result[2];
}

/** Where the limbs of a field element begin (device/crypto/field.ts). */
const WEIGHTS = Array.from({ length: 13 }, (_, i) => BigInt(Math.ceil(21.25 * i)));

/**
 * Twelve balanced limbs times 2^-126, highest first. The top limb is kept below 2^254 in size, so that
 * a float of 32 bits holds it: what is above goes to the next one.
 */
function limbs(value: bigint): number[] {
  const result: number[] = [];
  let rest = value > P / 2n ? value - P : value;
  for (let i = 0; i < 11; i++) {
    const unit = 1n << WEIGHTS[i + 1];
    let quotient = (rest + unit / 2n) >> WEIGHTS[i + 1];
    if (i === 10 && quotient === 1n << 20n) quotient--;
    if (i === 10 && quotient === -(1n << 20n)) quotient++;
    const kept = rest - quotient * unit;
    result.unshift(Number(kept) * 2 ** -126);
    rest -= kept;
  }
  return [Number(rest) * 2 ** -126, ...result];
}

/** The inverses of numbers that are not 0, by one inversion of their product. */
function inverse(numbers: bigint[]): bigint[] {
  const products = [1n];
  for (const [i, number] of numbers.entries()) products.push(mod(products[i] * number));
  let rest = power(products[numbers.length], P - 2n);
  return numbers
    .map((_, back) => {
      const i = numbers.length - 1 - back;
      const result = mod(rest * products[i]);
      rest = mod(rest * numbers[i]);
      return result;
    })
    .reverse();
}

/** The table of a point. */
function comb(point: Point): Uint8Array {
  const teeth: Point[] = [point];
  for (let i = 1; i < TEETH; i++) {
    let next = teeth[i - 1];
    for (let n = 0; n < SPACING; n++) next = add(next, next);
    teeth.push(next);
  }
  const points = Array.from({ length: 1 << (TEETH - 1) }, (_, index) =>
    teeth
      .slice(0, -1)
      .reduce(
        (sum, tooth, i) => add(sum, (index >> i) & 1 ? tooth : negate(tooth)),
        teeth[TEETH - 1],
      ),
  );
  const inverses = inverse(points.map(([, , z]) => z));
  const bytes = new Uint8Array(COMB_SIZE);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [i, [x, y]] of points.entries()) {
    const [u, v] = [mod(x * inverses[i]), mod(y * inverses[i])];
    for (const limb of [v - u, v + u, 2n * D * u * v].flatMap((part) => limbs(mod(part)))) {
      view.setFloat32(at, limb, true);
      at += 4;
    }
  }
  return bytes;
}

/** That of the base point, once it was needed. */
let base: Uint8Array | undefined;

function baseComb(): Uint8Array {
  base ??= comb(decode(Buffer.from(`58${"66".repeat(31)}`, "hex")) as Point);
  return base;
}

/**
 * The tables of the base point and of the negatives of the first of these keys, one behind the other, as
 * many as `room` bytes hold; empty when that is none.
 *
 * Such a walk takes a scalar modulo L, which for a key of mixed order would be another verdict. Nobody
 * has such a key by accident: it and those behind it do without.
 */
export function combTables(keys: Uint8Array[], room: number): Uint8Array {
  const tables = [baseComb()];
  for (const key of keys.slice(0, Math.max(0, Math.floor(room / COMB_SIZE) - 1))) {
    const point = decode(key);
    if (!point || !hasPrimeOrder(point) || point[0] === 0n) break;
    tables.push(comb(negate(point)));
  }
  return new Uint8Array(Buffer.concat(tables.length > 1 ? tables : []));
}
