/** The form of a SUIT_Report (draft-ietf-suit-report-20 section 4), for both programs of the updater. */
import { encode } from "../link/cbor-map.js";

/** Reasons (section 4.2): a condition that failed, and another operation. */
export const CONDITION_FAILED = 10;
export const OPERATION_FAILED = 11;

/**
 * @param code the refusal (errors.ts), 0 for success
 * @param reason suit-report-reason-*
 * @param where manifest, section, offset, component
 * @param title reference URI and digest of the manifest
 */
export const formReport = (code: number, reason: number, where: string, title: string): string =>
  // {3: [], 4: result, 99: [reference URI, digest]}
  "\xa3\x03\x80\x04" +
  (code
    ? // {5: code, 6: [manifest, section, offset, component, {}], 7: reason}
      "\xa3\x05" + encode(code) + "\x06\x85" + where + "\xa0\x07" + encode(reason)
    : "\xf5") +
  "\x18c\x82" +
  title;
