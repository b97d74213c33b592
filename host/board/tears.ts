/**
 * What a power cut leaves behind in the middle of a flash operation. All functions are pure; the
 * random ones are repeatable from their seed.
 */

/** How far a program operation came; `random-words` in any order, `random-bits` of those to clear. */
export const PROGRAM_TEARS = [
  "none",
  "first",
  "half",
  "all-but-last",
  "random-words",
  "random-bits",
] as const;
export type ProgramTear = (typeof PROGRAM_TEARS)[number];

/** How far an erase came: nothing, a part from the start, or bits in any state. */
export const ERASE_TEARS = ["unchanged", "prefix", "random"] as const;
export type EraseTear = (typeof ERASE_TEARS)[number];

/** Numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The bytes that flash holds after programming `bytes` over `old` was cut off. */
export function tearProgram(
  old: Uint8Array,
  bytes: Uint8Array,
  tear: ProgramTear,
  seed = 1,
): Uint8Array {
  const random = randomFrom(seed);
  const torn = old.slice();
  const done = { none: 0, first: 1, half: bytes.length >> 1, "all-but-last": bytes.length - 1 };
  if (tear === "random-words") {
    for (let at = 0; at < bytes.length; at += 4) {
      if (random() < 0.5) continue;
      for (let i = at; i < Math.min(at + 4, bytes.length); i++) torn[i] = old[i] & bytes[i];
    }
  } else if (tear === "random-bits") {
    for (let i = 0; i < bytes.length; i++) {
      torn[i] = old[i] & (bytes[i] | Math.floor(random() * 256));
    }
  } else {
    for (let i = 0; i < done[tear]; i++) torn[i] = old[i] & bytes[i];
  }
  return torn;
}

/** The bytes of a page whose erasure was cut off. */
export function tearErase(old: Uint8Array, tear: EraseTear, seed = 1): Uint8Array {
  const random = randomFrom(seed);
  const torn = old.slice();
  if (tear === "prefix") torn.fill(0xff, 0, Math.floor(random() * old.length));
  if (tear === "random") {
    for (let i = 0; i < torn.length; i++) torn[i] = old[i] | Math.floor(random() * 256);
  }
  return torn;
}
