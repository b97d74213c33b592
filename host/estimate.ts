/**
 * How long an update may take. Nothing here was measured: flash figures are the largest of the
 * nRF52832's data sheet, link rates what one packet at a time leaves of the wire.
 */
import type { Address } from "./link/address.js";
import type { Needs } from "./link/poll.js";

/** Milliseconds for a block of 4,096 bytes, microseconds for a 32-bit word. */
const ERASE_MS = 85;
const WORD_US = 41;

/** Bytes of payload a second. A simulated board has no wire: what the framing of a socket takes. */
const RATES: Record<Exclude<Address["kind"], "serial">, number> = {
  sim: 100_000,
  tcp: 100_000,
  // packets of 50 to 128 bytes, one in each second or third connection interval
  ble: 3_000,
};
/** Of the bits on a serial line: ten for a byte, base64, headers, the wait for each answer. */
const SERIAL_SHARE = 0.06;

/** Seconds, or null where the board's figures are not all there. */
export function estimateSeconds({ bytes, erases, slot }: Needs, address: Address): number | null {
  if (bytes === null || erases === null || slot === null) return null;
  const rate = address.kind === "serial" ? address.baud * SERIAL_SHARE : RATES[address.kind];
  const seconds = bytes / rate + (erases * ERASE_MS) / 1000 + (Math.ceil(slot / 4) * WORD_US) / 1e6;
  return Math.round(seconds * 10) / 10;
}
