/** Code points of the three drafts that the reference gives names to. */
export const DEPENDENCY_INTEGRITY = 7;
export const IS_DEPENDENCY = 8;
export const PROCESS_DEPENDENCY = 11;
export const SET_COMPONENT_INDEX = 12;
export const TRY_EACH = 15;
export const SET_PARAMETERS = 19;
export const OVERRIDE_PARAMETERS = 20;
export const INVOKE = 23;
export const MINIMUM_BATTERY = 26;
export const RUN_SEQUENCE = 32;
/** Commands that only a device with dependencies knows. */
export const OF_DEPENDENCIES = [
  DEPENDENCY_INTEGRITY,
  IS_DEPENDENCY,
  PROCESS_DEPENDENCY,
  SET_PARAMETERS,
];

/** Sections that may change components: dependency-resolution, payload-fetch, install, load. */
export const ACTING = [15, 16, 20, 8];
export const INVOKE_SECTION = 9;

/** Parameters of the processor, not of a component. */
export const STRICT_ORDER = 12;
export const SOFT_FAILURE = 13;
