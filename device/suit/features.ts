/**
 * What a processor can do, as data: which commands and parameters it knows. A manifest that uses
 * anything else is refused as a whole (suit-manifest-37 section 6.1, suit-update-management-14
 * section 5).
 *
 * These tables are of a device in general, which the host plays and which has it all. Agents are built
 * with board-features.ts or large-features.ts in place of this file (rollup.config.js).
 */

/**
 * By command code, which parameter a command needs: `@` + its number for a condition, a grave accent
 * + its number for a directive; `^` and `~` need none, `0` is no command or is not known here.
 * Commands that steer (12, 15, 19, 20, 32) are not in the table.
 */
export let COMMANDS = "0ABCDERC^00~00^000r00uv~XCZ[\\}0v";

/**
 * By parameter code, its form: 1 identifier of 16 bytes, 2 digest, 3 unsigned number, 4 true or
 * false, 5 byte string, 6 URI, 7 component index, 8 number, 9 version match, `:` wait events, 0 not
 * known here.
 */
export const PARAMETERS = "01123300000044300050067515389:";

/** Dependencies (suit-trust-domains-12) are processed. */
export let DEPENDENCIES = true;

/** The sections of an update and of an invocation, in the order in which they are run. */
export let SECTIONS = [15, 16, 18, 20, 7, 8, 9];

/** Keys whose values may stand in the envelope, with their digest in the manifest (8.6). */
export let SEVERABLE = [15, 16, 18, 20, 23];

/** Executed commands are told to the target. */
export const TRACE = true;

/** What one device has and another has not. */
export interface Features {
  /** It can tell the energy that is left in its battery (condition 26). */
  battery: boolean;
  dependencies: boolean;
}

/** Tells the processor which device it plays. */
export const useFeatures = (features: Features): void => {
  COMMANDS = features.dependencies ? "0ABCDERC^00~00" : "0ABCDER0000000";
  COMMANDS += features.battery ? "^000r00uv~XCZ[\\}0v" : "^000r00uv~XC0[\\}0v";
  DEPENDENCIES = features.dependencies;
  SECTIONS = DEPENDENCIES ? [15, 16, 18, 20, 7, 8, 9] : [16, 20, 7, 8, 9];
  SEVERABLE = DEPENDENCIES ? [15, 16, 18, 20, 23] : [16, 20, 23];
};
