/** Code points of draft-ietf-suit-manifest-37 section 11 that this processor acts on. */

/** The revision that all code points and procedures here are of. */
export const DRAFT = "draft-ietf-suit-manifest-37";

/** Sections of a manifest. */
export const COMMON = 3;
export const REFERENCE_URI = 4;
export const VALIDATE = 7;
export const INVOKE = 9;
export const PAYLOAD_FETCH = 16;
export const INSTALL = 20;
export const TEXT_SECTION = 23;
/** The shared sequence, as a section number of our own: it is key 4 of the common map. */
export const SHARED = 0;

/** Conditions. */
export const VENDOR_IDENTIFIER = 1;
export const CLASS_IDENTIFIER = 2;
export const IMAGE_MATCH = 3;
export const COMPONENT_SLOT = 5;
export const ABORT = 14;
export const DEVICE_IDENTIFIER = 24;

/** Directives. */
export const SET_COMPONENT_INDEX = 12;
export const TRY_EACH = 15;
export const OVERRIDE_PARAMETERS = 20;
export const FETCH = 21;
export const COPY = 22;
export const DIRECTIVE_INVOKE = 23;

/** Parameters; 1, 2, 3, 5 and 24 have the number of the condition that uses them. */
export const SOFT_FAILURE = 13;
export const PARAM_SIZE = 14;
export const PARAM_URI = 21;
export const PARAM_SOURCE = 22;
