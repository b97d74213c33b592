/**
 * Every reason for which a board refuses something, as a stable number.
 *
 * A number is never reused or renumbered: scripts and field reports rely on it. The board carries
 * no sentences; `host/errors.ts` turns each number into a name, a sentence and an advice.
 *
 * 1xx CBOR, 2xx envelope, COSE and keys, 3xx manifest, 4xx policy, 5xx storage, 6xx link,
 * 7xx resources, 8xx why a trial was
 * reverted. 9xx belong to the host and never occur on a board.
 */

/** What is thrown on the board: `c` the number below, `a` where (byte offset, index or 0). */
export interface Refusal {
  c: number;
  a: number;
}

/** Throws a {@link Refusal}. It is the only way in which device code reports that it says no. */
export const fail = (code: number, at: number): never => {
  throw { c: code, a: at };
};

export const CBOR_TRUNCATED = 101;
export const CBOR_TRAILING = 102;
export const CBOR_INDEFINITE = 103;
export const CBOR_NOT_SHORTEST = 104;
export const CBOR_DUPLICATE_KEY = 105;
export const CBOR_KEY_ORDER = 106;
export const CBOR_TYPE = 107;
export const CBOR_RANGE = 109;

export const NOT_AN_ENVELOPE = 201;
export const UNSIGNED = 202;
export const SIGNATURE_INVALID = 203;
export const DIGEST_UNSUPPORTED = 204;
export const MANIFEST_DIGEST = 205;
export const COSE_MALFORMED = 206;
export const COSE_ALGORITHM = 207;
export const COSE_CRITICAL = 208;
export const COSE_PAYLOAD_ATTACHED = 209;
export const COSE_NOT_SIGN1 = 210;
export const KEY_UNKNOWN = 211;
export const SEVERED_DIGEST = 212;
export const SEVERED_MISSING = 213;
export const ENVELOPE_KEY = 214;

export const MANIFEST_VERSION = 301;
export const MANIFEST_KEY = 302;
export const MANIFEST_INCOMPLETE = 303;
export const COMMAND_UNSUPPORTED = 306;
export const COMMAND_PLACE = 307;
export const PARAMETER_UNSUPPORTED = 309;
export const PARAMETER_MISSING = 310;
export const PARAMETER_VALUE = 311;
export const COMPONENT_INDEX = 312;
export const COMPONENT_COUNT = 313;
export const COMPONENT_ID = 314;
export const IDENTITY_UNCHECKED = 315;
export const SEQUENCE_SHAPE = 316;
export const ABORTED = 317;
export const COMPONENT_UNFILLED = 318;
export const VENDOR_MISMATCH = 320;
export const CLASS_MISMATCH = 321;
export const DEVICE_MISMATCH = 322;
export const IMAGE_DIGEST = 323;
export const IMAGE_SIZE = 324;
export const SLOT_MISMATCH = 325;
export const TRY_EACH_FAILED = 326;
export const SOFT_FAILURE_PLACE = 327;
export const IMAGE_MATCHES = 328;
export const CONTENT_MISMATCH = 329;
export const EXPIRED = 330;
export const CLOCK_UNSET = 331;
export const NOT_AUTHORIZED = 332;
export const VERSION_MISMATCH = 333;
export const BATTERY_LOW = 334;
export const STRICT_ORDER = 335;
/** Not a refusal: the event that the manifest waits for has not come yet. */
export const WAITING = 336;
export const DEPENDENCY_UNCHECKED = 337;
export const NOT_A_DEPENDENCY = 338;
export const DEPENDENCY_DIGEST = 339;
export const DEPENDENCY_ABSENT = 340;

export const ROLLBACK = 401;
export const SEQUENCE_REUSED = 402;
export const SEQUENCE_RANGE = 403;
export const ALREADY_REVERTED = 404;
export const TRIAL_RUNNING = 405;
export const NO_TRIAL = 407;
/** `a` is what the health rule still wants (REVERT_*). */
export const NOT_HEALTHY = 408;

export const FLASH_WRITE = 501;
export const FLASH_ERASE = 502;
export const SLOT_TOO_SMALL = 503;
export const AGENT_MISSING = 504;
export const JOURNAL_EMPTY = 505;
export const SLOT_DAMAGED = 506;
export const NOT_PROVISIONED = 507;
/** No payload was given for a URI (only where a device is played on a host). */
export const PAYLOAD_ABSENT = 508;

export const LINK_OFFSET = 601;
export const LINK_LENGTH = 602;
export const LINK_SESSION = 603;
export const LINK_REQUEST = 604;

export const OUT_OF_MEMORY = 701;
export const ENVELOPE_TOO_LARGE = 702;
export const COMMAND_LIMIT = 703;
export const NESTING_LIMIT = 704;
export const URI_TOO_LONG = 705;
export const NATIVE_UNUSABLE = 706;
/** The agent itself failed: a fault of ours, or no memory. */
export const AGENT_FAULT = 710;

/** Why a trial ended without a confirmation; kept in the journal and shown by `status`. */
export const REVERT_NEVER_CONFIRMED = 801;
export const REVERT_APP_THREW = 802;
export const REVERT_BY_REQUEST = 803;
export const REVERT_DEADLINE = 804;
export const REVERT_DAMAGED = 805;
/** More errors that nothing caught than the health rule bears. */
export const REVERT_UNCAUGHT = 806;
/** The agent's link was closed, or what it is made of broken. */
export const REVERT_LINK = 807;
export const REVERT_MEMORY = 808;
/** No host used the link for as long as the health rule wants. */
export const REVERT_UNUSED = 809;
