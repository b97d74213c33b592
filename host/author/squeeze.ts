/**
 * Squeezes what an agent only needs while it updates, so that a slot has more room for the app. The
 * native module undoes it (device/crypto/native/unpack.S): LZ77 over bytes, every bit of which goes
 * through an adaptive entropy coder (rANS) with the odds of its context. The parse is searched for, so
 * packing takes a second; unpacking is what has to be small.
 */

/** Contexts: 1 tells a match (1) from a byte (0), 2 to 383 are the bits of a byte from the highest on. */
const CONTEXTS = 384;
/** Numbers take the contexts from these on; nothing else uses them. */
const BACK = 96;
const LENGTH = 192;
/** A match has at least 2 bytes: its length is written as one less. */
const SHORTEST = 2;
const LONGEST = 255;
const PASSES = 8;

/** Bounds of the state while a bit is coded: 12 to 20 bits. */
const LOWEST = 4096;

/** What a bit is and where it stands. */
type Sink = (context: number, bit: number) => void;

/** `odds` of 256 that a bit is 0, moved towards what it was. */
const adapt = (odds: number, bit: number) => {
  const seen = bit ? 256 - odds : odds;
  const next = seen + ((264 - seen) >> 4);
  return bit ? 256 - next : next;
};

/** A number from 1 on: for each bit below the highest a 1 and the bit, then a 0. */
function writeNumber(context: number, value: number, sink: Sink): void {
  let at = context;
  for (let bit = 30 - Math.clz32(value); bit >= 0; bit--) {
    sink(at++, 1);
    sink(at++, (value >> bit) & 1);
  }
  sink(at, 0);
}

function writeByte(value: number, sink: Sink): void {
  sink(1, 0);
  for (let context = 2, bit = 7; bit >= 0; bit--) {
    sink(context, (value >> bit) & 1);
    context = 2 * context + ((value >> bit) & 1);
  }
}

/** `length` bytes as they stand `back` bytes before. */
interface Match {
  length: number;
  back: number;
}

function writeMatch({ length, back }: Match, sink: Sink): void {
  sink(1, 1);
  writeNumber(BACK, back, sink);
  writeNumber(LENGTH, length - 1, sink);
}

/** For each place and length the nearest match. */
function findMatches(bytes: Uint8Array): Match[][] {
  return Array.from(bytes, (_, at) => {
    const found: Match[] = [];
    let longest = SHORTEST - 1;
    for (let back = 1; back <= at && longest < LONGEST; back++) {
      let length = 0;
      while (
        length < LONGEST &&
        at + length < bytes.length &&
        bytes[at + length] === bytes[at + length - back]
      )
        length++;
      while (longest < length) found.push({ length: ++longest, back });
    }
    return found;
  });
}

/** Bits that a step takes at the given odds. */
function priceOf(odds: Float64Array, write: (sink: Sink) => void): number {
  let price = 0;
  write((context, bit) => {
    price -= Math.log2(bit ? 1 - odds[context] : odds[context]);
  });
  return price;
}

/** The cheapest way through the bytes at the given odds: a match, or undefined for a byte. */
function parse(bytes: Uint8Array, matches: Match[][], odds: Float64Array): (Match | undefined)[] {
  const best = new Float64Array(bytes.length + 1).fill(Number.POSITIVE_INFINITY);
  const came: { from: number; match?: Match }[] = [];
  const prices = new Map<number, number>();
  best[0] = 0;
  for (let at = 0; at < bytes.length; at++) {
    const relax = (to: number, price: number, match?: Match) => {
      if (best[at] + price >= best[to]) return;
      best[to] = best[at] + price;
      came[to] = { from: at, match };
    };
    relax(
      at + 1,
      priceOf(odds, (sink) => writeByte(bytes[at], sink)),
    );
    for (const match of matches[at]) {
      const key = match.back * 256 + match.length;
      const price = prices.get(key) ?? priceOf(odds, (sink) => writeMatch(match, sink));
      prices.set(key, price);
      relax(at + match.length, price, match);
    }
  }
  const steps: (Match | undefined)[] = [];
  for (let at = bytes.length; at > 0; at = came[at].from) steps.push(came[at].match);
  return steps.reverse();
}

/** Writes what was parsed, bit by bit. */
function writeSteps(bytes: Uint8Array, steps: (Match | undefined)[], sink: Sink): void {
  let at = 0;
  for (const match of steps) {
    if (match) writeMatch(match, sink);
    else writeByte(bytes[at], sink);
    at += match?.length ?? 1;
  }
}

/** The odds of bits over all that was written. */
function count(bytes: Uint8Array, steps: (Match | undefined)[]): Float64Array {
  const zeros = new Float64Array(CONTEXTS).fill(0.4);
  const all = new Float64Array(CONTEXTS).fill(0.8);
  writeSteps(bytes, steps, (context, bit) => {
    zeros[context] += 1 - bit;
    all[context]++;
  });
  return zeros.map((sum, context) => sum / all[context]);
}

/** Codes what was parsed. The unpacker reads forwards what is written backwards. */
function code(bytes: Uint8Array, steps: (Match | undefined)[]): Uint8Array {
  const odds = new Uint16Array(CONTEXTS).fill(128);
  const bits: { bit: number; odds: number }[] = [];
  writeSteps(bytes, steps, (context, bit) => {
    bits.push({ bit, odds: odds[context] });
    odds[context] = adapt(odds[context], bit);
  });
  const out: number[] = [];
  let state = LOWEST;
  for (const { bit, odds: zero } of bits.reverse()) {
    const share = bit ? 256 - zero : zero;
    for (; state >= LOWEST * share; state >>= 8) out.push(state & 255);
    state = Math.floor(state / share) * 256 + (state % share) + (bit ? zero : 0);
  }
  for (; state; state >>= 8) out.push(state & 255);
  return Uint8Array.from(out.reverse());
}

/** Packs bytes; {@link unsqueeze} and the native module give them back. */
export function squeeze(bytes: Uint8Array): Uint8Array {
  const matches = findMatches(bytes);
  let odds: Float64Array = new Float64Array(CONTEXTS).fill(0.5);
  let best: Uint8Array | undefined;
  for (let pass = 0; pass < PASSES; pass++) {
    const steps = parse(bytes, matches, odds);
    const packed = code(bytes, steps);
    if (!best || packed.length < best.length) best = packed;
    odds = count(bytes, steps);
  }
  return best as Uint8Array;
}

/**
 * The `size` bytes that were packed, as the native module gives them: it trusts what it reads, which a
 * signature vouches for.
 */
export function unsqueeze(packed: Uint8Array, size: number): Uint8Array {
  const odds = new Uint16Array(CONTEXTS).fill(128);
  const bytes = new Uint8Array(size);
  let next = 0;
  let state = 0;
  const read = (context: number): number => {
    while (state < LOWEST) state = (state << 8) | packed[next++];
    const zero = odds[context];
    const low = state & 255;
    const bit = low < zero ? 0 : 1;
    state = (state >> 8) * (bit ? 256 - zero : zero) + low - (bit ? zero : 0);
    odds[context] = adapt(zero, bit);
    return bit;
  };
  const readNumber = (context: number): number => {
    let value = 1;
    for (let at = context; read(at++); ) value = 2 * value + read(at++);
    return value;
  };
  for (let at = 0; at < size; ) {
    let context = 1;
    do context = 2 * context + read(context);
    while (context !== 3 && context < 512);
    if (context === 3) {
      const back = readNumber(BACK);
      for (let left = readNumber(LENGTH) + 1; left; left--, at++) bytes[at] = bytes[at - back];
    } else bytes[at++] = context & 255;
  }
  return bytes;
}
