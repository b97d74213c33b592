/**
 * SUIT_Report (draft-ietf-suit-report-20 section 4) of the attempt that ended last: what was refused,
 * where in the manifest, and why. Byte strings (characters 0 to 255), as answers on the link are.
 */
import { chars } from "../bytes.js";
import { encode } from "../link/cbor-map.js";
import { digestAt, manifestEnd } from "./envelope.js";
import { DEPENDENCIES } from "./features.js";
import { reference } from "./manifest.js";
import { commandAt, component, dependency, section, sectionAt } from "./processor.js";
import { formReport } from "./report-form.js";

/** suit-report-reason-*: 1 CBOR, 2 COSE, 3 algorithm, 4 not authorised, 9 severing, of 201 to 214. */
const AUTHENTICATION = "14434232224492" + "2";

/** The reason (section 4.2) of a refusal. */
const reasonOf = (code: number): number =>
  code < 200
    ? 1
    : code < 300
      ? +AUTHENTICATION[code - 201]
      : code < 306
        ? 1
        : code < 309
          ? 5
          : code < 312
            ? 8
            : code < 315
              ? 6
              : code < 317
                ? 5
                : code < 337
                  ? 10
                  : 11;

/** Where in the manifest processing is: section, offset, component; `place` before any command. */
export const whereItIs = (place: number): string =>
  encode(section) + encode(sectionAt ? commandAt - sectionAt : place) + encode(component);

/** The name of the manifest in `envelope`: its reference URI and its digest. */
export const titleOf = (envelope: Uint8Array): string =>
  // That of an earlier manifest stands there until this one is read.
  (manifestEnd ? reference : "`") +
  // Of what could not be read so far: SHA-256 of nothing known.
  (digestAt ? chars(envelope, digestAt, 36) : "\x82/@");

/**
 * @param envelope what was offered
 * @param code the refusal (errors.ts), 0 for success
 * @param place where it was, for what was refused before any command was executed
 */
export const makeReport = (envelope: Uint8Array, code: number, place: number): string =>
  formReport(
    code,
    reasonOf(code),
    // The manifest: [], or the dependency's index.
    (DEPENDENCIES && dependency >= 0 ? "\x81" + encode(dependency) : "\x80") + whereItIs(place),
    titleOf(envelope),
  );
