/** Code points of draft-ietf-suit-manifest-37 section 11 and its companions that are acted on. */

/** The revision that all code points and procedures here are of. */
export const DRAFT = "draft-ietf-suit-manifest-37";

/** Sections of a manifest. */
export const COMMON = 3;
export const REFERENCE_URI = 4;
/** suit-trust-domains-12 */
export const MANIFEST_COMPONENT_ID = 5;
/** suit-update-management-14 */
export const SET_VERSION = 6;
export const VALIDATE = 7;
export const LOAD = 8;
export const INVOKE = 9;
/** suit-trust-domains-12 */
export const DEPENDENCY_RESOLUTION = 15;
export const PAYLOAD_FETCH = 16;
/** suit-trust-domains-12 */
export const CANDIDATE_VERIFICATION = 18;
export const INSTALL = 20;
export const TEXT_SECTION = 23;
/** The shared sequence, as a section: its key in the common map (the manifest's 4 is no section). */
export const SHARED = 4;

/** Conditions. */
export const VENDOR_IDENTIFIER = 1;
export const CLASS_IDENTIFIER = 2;
export const IMAGE_MATCH = 3;
export const USE_BEFORE = 4;
export const COMPONENT_SLOT = 5;
export const CHECK_CONTENT = 6;
export const DEPENDENCY_INTEGRITY = 7;
export const IS_DEPENDENCY = 8;
export const ABORT = 14;
export const DEVICE_IDENTIFIER = 24;
export const IMAGE_NOT_MATCH = 25;
export const MINIMUM_BATTERY = 26;
export const UPDATE_AUTHORIZED = 27;
export const VERSION = 28;

/** Directives. */
export const PROCESS_DEPENDENCY = 11;
export const SET_COMPONENT_INDEX = 12;
export const TRY_EACH = 15;
export const WRITE = 18;
export const SET_PARAMETERS = 19;
export const OVERRIDE_PARAMETERS = 20;
export const FETCH = 21;
export const COPY = 22;
export const DIRECTIVE_INVOKE = 23;
export const WAIT = 29;
export const SWAP = 31;
export const RUN_SEQUENCE = 32;

/** Parameters; 1 to 5 and 24 to 29 have the number of the command that uses them. */
export const STRICT_ORDER = 12;
export const SOFT_FAILURE = 13;
export const PARAM_SIZE = 14;
export const PARAM_CONTENT = 18;
export const PARAM_URI = 21;
export const PARAM_SOURCE = 22;
export const PARAM_INVOKE_ARGS = 23;

/** Events of wait-info (suit-update-management-14). */
export const WAIT_AUTHORIZATION = 1;
export const WAIT_TIME = 5;
