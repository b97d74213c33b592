/**
 * What is left of a manifest when everything about it is decided: all that the intake needs to know.
 * Plain numbers and bytes, as the program that made it is gone then.
 */

/**
 * Room for a component in the slot. By index: 0 its offset there, 1 its size; in the envelope the
 * offsets of 2 its digest, 3 its bytes and 4 the URI to ask for, 0 when it has none; 5 where the region
 * holds it already, or 0; 6 its component's index; 7 where the URI ends.
 */
export type Place = number[];

export interface Transfer {
  /** The authenticated envelope. */
  offering: Uint8Array;
  /** Its sequence number. */
  numbered: number;
  /** In it the 32 bytes of the manifest's digest, and what the slot keeps of it. */
  digestFrom: number;
  keepFrom: number;
  keepTo: number;
  /** In the order in which they lie in the slot, with the bytes of all, padding included. */
  ordered: Place[];
  filledTo: number;
  /** Bytes of the slot that are needed. */
  needs: number;
  /** The slot's table (flash/slot.ts) without its check. */
  tableEntries: number[];
  /** Of the report: where in the manifest, and the manifest's name (suit/report.ts). */
  reportSpot: Uint8Array;
  reportTitle: Uint8Array;
}
