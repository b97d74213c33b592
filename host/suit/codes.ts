/**
 * The code points of draft-ietf-suit-manifest-37 that this tool writes (IANA tables in its
 * section 11; COSE numbers of RFC 9053 and RFC 9864).
 */

/** The revision that everything here follows. */
export const DRAFT = "draft-ietf-suit-manifest-37";

export const TAG_ENVELOPE = 107;
export const TAG_COSE_SIGN1 = 18;

/** COSE header of our own: x of R, a hint for boards without the native module (envelope.ts, HINT). */
export const HEADER_HINT = -65537;

/** Envelope members. */
export const AUTHENTICATION_WRAPPER = 2;
export const MANIFEST = 3;

/** Manifest members. */
export const VERSION = 1;
export const SEQUENCE_NUMBER = 2;
export const COMMON = 3;
/** suit-update-management-14 */
export const REFERENCE_URI = 4;
export const SET_VERSION = 6;
export const VALIDATE = 7;
export const INVOKE = 9;
export const INSTALL = 20;

/** Members of common. */
export const COMPONENTS = 2;
export const SHARED_SEQUENCE = 4;

/** Commands. */
export const CONDITION_VENDOR = 1;
export const CONDITION_CLASS = 2;
export const CONDITION_IMAGE_MATCH = 3;
export const SET_COMPONENT_INDEX = 12;
export const OVERRIDE_PARAMETERS = 20;
export const FETCH = 21;
export const DIRECTIVE_INVOKE = 23;
export const CONDITION_DEVICE = 24;

/** Parameters. */
export const VENDOR_ID = 1;
export const CLASS_ID = 2;
export const IMAGE_DIGEST = 3;
export const IMAGE_SIZE = 14;
export const URI = 21;
export const DEVICE_ID = 24;

/** Reporting policy of conditions: all four bits. A hint that our boards do not use. */
export const REPORT_CONDITION = 15;
/** Reporting policy of directives: record on failure. */
export const REPORT_DIRECTIVE = 2;

/** COSE algorithms. */
export const SHA_256 = -16;
export const ED25519 = -19;
/** The algorithm parameter of a COSE header. */
export const HEADER_ALGORITHM = 1;
