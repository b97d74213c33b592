/** What every command has to be, executed or not: known, in its place, with a well-formed argument. */
import { ACTIONS } from "./actions.js";
import { asMap, asUint } from "./cbor.js";
import * as codes from "./codes.js";
import { CONDITIONS } from "./conditions.js";
import type { ReferenceDevice } from "./device.js";
import { refuse } from "./errors.js";
import { type Manifest, SHARED } from "./manifest.js";
import { asBoolean, COMPONENT_PARAMETERS } from "./parameters.js";

/** A command as it stands in its sequence. */
export interface Written {
  code: number;
  argument: unknown;
  /** Sequences around it; 0 at the outermost level of a section. */
  depth: number;
}

/** Commands whose argument is read when they are executed. */
const STRUCTURED = [codes.SET_COMPONENT_INDEX, codes.TRY_EACH, codes.RUN_SEQUENCE];

/** A command code; custom ones (negative) and everything else that is none are not supported. */
export function asCode(item: unknown): number {
  if (typeof item === "bigint") return refuse("CBOR_RANGE");
  const isCode = typeof item === "number" && Number.isInteger(item) && item >= 0;
  return isCode ? item : refuse("COMMAND_UNSUPPORTED");
}

export function checkForm(
  { code, argument, depth }: Written,
  section: number,
  manifest: Manifest,
  device: ReferenceDevice,
): void {
  if (codes.OF_DEPENDENCIES.includes(code) && !device.features.includes("dependencies"))
    refuse("COMMAND_UNSUPPORTED");
  if (code === codes.OVERRIDE_PARAMETERS || code === codes.SET_PARAMETERS) {
    checkParameters(argument, depth, manifest, device);
    return;
  }
  if (STRUCTURED.includes(code)) return;
  if (code === codes.PROCESS_DEPENDENCY) {
    if (section === SHARED) refuse("COMMAND_PLACE");
  } else if (code in ACTIONS) {
    // 8.4.5: a shared sequence has no side effects; only an invocation invokes.
    if (code === codes.INVOKE ? section !== codes.INVOKE_SECTION : !codes.ACTING.includes(section))
      refuse("COMMAND_PLACE");
  } else if (!(code in CONDITIONS) && code !== codes.DEPENDENCY_INTEGRITY)
    refuse("COMMAND_UNSUPPORTED");
  if (code === codes.MINIMUM_BATTERY && device.battery === null) refuse("COMMAND_UNSUPPORTED");
  // The reporting policy: four bits (8.4.7).
  if (asUint(argument) > 15) refuse("PARAMETER_VALUE");
}

function checkParameters(
  argument: unknown,
  depth: number,
  manifest: Manifest,
  device: ReferenceDevice,
): void {
  for (const [key, value] of asMap(argument)) {
    const code = typeof key === "number" ? key : -1;
    if (code === codes.SOFT_FAILURE) {
      // 8.4.8.15: nowhere but inside try-each and run-sequence.
      if (!depth) refuse("SOFT_FAILURE_PLACE");
      asBoolean(value);
    } else if (code === codes.STRICT_ORDER) asBoolean(value);
    else {
      const known = COMPONENT_PARAMETERS[code] ?? refuse("PARAMETER_UNSUPPORTED");
      known[1](value, manifest, device);
    }
  }
}
