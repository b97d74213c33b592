/**
 * The command interpreter (draft-ietf-suit-manifest-37 sections 6.3 to 6.5 and 8.4.6 to 8.4.10).
 *
 * The same walk is made several times over the bytes in RAM, no tree is built: first without a target,
 * which finds every command, parameter and alternative known and well formed and executes nothing;
 * then against a plan (no flash is touched) and against the flash.
 *
 * A condition that fails ends its sequence; a directive that fails ends everything, by an exception.
 */
import { same } from "../bytes.js";
import {
  ABORTED,
  COMMAND_LIMIT,
  COMMAND_PLACE,
  COMMAND_UNSUPPORTED,
  COMPONENT_INDEX,
  DEVICE_MISMATCH,
  fail,
  IDENTITY_UNCHECKED,
  NESTING_LIMIT,
  PARAMETER_MISSING,
  PARAMETER_UNSUPPORTED,
  PARAMETER_VALUE,
  SEQUENCE_SHAPE,
  SLOT_MISMATCH,
  SOFT_FAILURE_PLACE,
  TRY_EACH_FAILED,
  URI_TOO_LONG,
  VENDOR_MISMATCH,
} from "../errors.js";
import {
  ARRAY,
  at,
  BYTES,
  done,
  end,
  enter,
  FALSE,
  head,
  input,
  items,
  key,
  leave,
  MAP,
  major,
  NIL,
  refuse,
  seek,
  skip,
  string,
  TRUE,
  UINT,
} from "./cbor.js";
import {
  ABORT,
  CLASS_IDENTIFIER,
  COMPONENT_SLOT,
  COPY,
  DEVICE_IDENTIFIER,
  DIRECTIVE_INVOKE,
  FETCH,
  IMAGE_MATCH,
  INSTALL,
  INVOKE,
  OVERRIDE_PARAMETERS,
  PARAM_SIZE,
  PARAM_SOURCE,
  PARAM_URI,
  PAYLOAD_FETCH,
  SET_COMPONENT_INDEX,
  SHARED,
  SOFT_FAILURE,
  TRY_EACH,
  VALIDATE,
  VENDOR_IDENTIFIER,
} from "./codes.js";
import { readDigest } from "./envelope.js";
import { components, readUri, sections } from "./manifest.js";

/**
 * Parameters of one component by code. Numbers stand as they are; byte strings and texts as their
 * offset in the envelope: the digest's 32 bytes, the first byte of an identifier, the head of a URI.
 * The source component is its index + 1.
 */
export interface Parameters {
  [code: number]: number;
}

/** What commands act on: a plan, the flash of a board, or files on a host. */
export interface Target {
  /** The slot that this update would go to, for the component-slot condition. */
  targetSlot: number;
  /** The 16 bytes of vendor (1), class (2) or device (24) identifier. */
  identity(code: number): Uint8Array;
  /** Does a component hold what digest and size say? 0, IMAGE_DIGEST or IMAGE_SIZE. */
  matches(index: number, parameters: Parameters): number;
  /** Puts the payload of a URI into a component; throws when it cannot. */
  fetch(index: number, parameters: Parameters): void;
  /** Copies component `parameters[PARAM_SOURCE] - 1` into component `index`. */
  copy(index: number, parameters: Parameters): void;
  /** Component `index` is what is to be run. */
  invoke(index: number): void;
}

const MAX_COMMANDS = 256;
const MAX_DEPTH = 4;
const MAX_URI = 96;

/** Absent while the manifest is only looked through. */
let target: Target | undefined;
let parameters: Parameters[];
/** Selected components; empty while unset. */
let selected: number[];
let soft = false;
/** Bits: a vendor (1) and a class (2) condition has held. */
let identity = 0;
/** Where the condition that failed last stands. */
let failedAt = 0;
/** Commands that may still be executed, over all sections. */
let budget = 0;
/** The section that is run; SHARED while the shared sequence is. */
let section = 0;

/** Consumes a component index that exists. */
const readIndex = (): number => {
  const value = major() === UINT ? head(UINT) : components.length;
  return value < components.length ? value : refuse(COMPONENT_INDEX);
};

/** Consumes the argument of set-component-index (6.5): an index, true, or an array of indices. */
const readIndices = (): void => {
  selected = [];
  if (skip(TRUE)) for (let i = 0; i < components.length; i++) selected.push(i);
  else
    for (
      let left = major() === ARRAY ? items(ARRAY) : 1;
      // More than there are: none is selected, which is refused. Repetition would take any time.
      left && left <= components.length;
      left--
    )
      selected.push(readIndex());
};

/** Consumes the value of one parameter; gives it as {@link Parameters} has it. */
const readParameter = (code: number): number => {
  let value = at;
  if (code === VENDOR_IDENTIFIER || code === CLASS_IDENTIFIER || code === DEVICE_IDENTIFIER) {
    value = string(BYTES);
    if (at - value !== 16) refuse(PARAMETER_VALUE);
  } else if (code === IMAGE_MATCH) {
    const outer = enter();
    value = readDigest();
    leave(outer);
  } else if (code === PARAM_URI) {
    if (readUri() < at - MAX_URI) refuse(URI_TOO_LONG);
  } else if (code === COMPONENT_SLOT || code === PARAM_SIZE) value = head(UINT);
  else if (code === PARAM_SOURCE) value = 1 + readIndex();
  else refuse(PARAMETER_UNSUPPORTED);
  return value;
};

/** Executes override-parameters (8.4.10.3). */
const override = (depth: number): void => {
  let code = -1;
  for (let left = items(MAP); left; left--) {
    code = major() === UINT ? key(code) : refuse(PARAMETER_UNSUPPORTED);
    if (code === SOFT_FAILURE) {
      // 8.4.8.15: only inside try-each (run-sequence is not part of this build).
      if (!depth) refuse(SOFT_FAILURE_PLACE);
      soft = skip(TRUE);
      if (!soft && !skip(FALSE)) refuse(PARAMETER_VALUE);
    } else {
      const value = readParameter(code);
      for (let i = 0; i < selected.length; i++) parameters[selected[i]][code] = value;
    }
  }
};

/** Tests a condition for one component; gives 0, or the reason for which it does not hold. */
const test = (to: Target, code: number, component: number): number => {
  const value = parameters[component][code];
  if (code === ABORT) return ABORTED;
  if (value === undefined) return PARAMETER_MISSING;
  if (code === IMAGE_MATCH) return to.matches(component, parameters[component]);
  if (code === COMPONENT_SLOT) return value === to.targetSlot ? 0 : SLOT_MISMATCH;
  if (same(input, value, to.identity(code), 0, 16)) {
    if (code < 3) identity |= code;
    return 0;
  }
  // VENDOR_MISMATCH, CLASS_MISMATCH.
  return code > 2 ? DEVICE_MISMATCH : VENDOR_MISMATCH + code - 1;
};

/** Executes fetch, copy or invoke for one component; throws when it cannot. */
const act = (to: Target, code: number, component: number, from: number): void => {
  const values = parameters[component];
  // Identity before any action: a wrong device must not even ask for the payload.
  if (identity !== 3) fail(IDENTITY_UNCHECKED, from);
  if (code === DIRECTIVE_INVOKE) to.invoke(component);
  else {
    // A device that does not know size and digest cannot tell whether to begin. Parameter 21 is what
    // fetch (21) needs and parameter 22 what copy (22) needs.
    if (!values[IMAGE_MATCH] || !values[PARAM_SIZE] || !values[code]) fail(PARAMETER_MISSING, from);
    if (code === COPY) to.copy(component, values);
    else to.fetch(component, values);
  }
};

const CONDITIONS = [
  VENDOR_IDENTIFIER,
  CLASS_IDENTIFIER,
  IMAGE_MATCH,
  COMPONENT_SLOT,
  ABORT,
  DEVICE_IDENTIFIER,
];

/** Executes a list of alternatives (8.4.10.2) for the selected component. */
const tryEach = (depth: number): void => {
  const before = soft;
  let settled = false;
  let left = items(ARRAY);
  if (left < 2) refuse(SEQUENCE_SHAPE);
  for (; left; left--) {
    if (left < 2 && skip(NIL)) settled = true;
    else {
      const start = string(BYTES);
      const next = at;
      if (!settled) {
        const outer = seek(start, next);
        soft = true;
        const reason = execute(depth + 1);
        // A condition that was made hard by soft-failure = false ends everything.
        if (reason && !soft) fail(reason, failedAt);
        settled = !reason && !!target;
        seek(next, outer);
      }
    }
  }
  soft = before;
  if (!settled && target) refuse(TRY_EACH_FAILED);
};

/**
 * Executes (or, without a target, only checks) the command sequence between the reader's place and its
 * limit. Gives 0, or the reason for which a condition failed and ended the sequence.
 */
const execute = (depth: number): number => {
  let left = items(ARRAY);
  if (depth > MAX_DEPTH) refuse(NESTING_LIMIT);
  if (!left || left & 1) refuse(SEQUENCE_SHAPE);
  let reason = 0;
  for (; left && !reason; left -= 2) {
    const from = at;
    const code = major() === UINT ? head(UINT) : refuse(COMMAND_UNSUPPORTED);
    const argumentAt = at;
    if (!budget--) refuse(COMMAND_LIMIT);
    if (code === SET_COMPONENT_INDEX) readIndices();
    else if (code === OVERRIDE_PARAMETERS) override(depth);
    else if (code === TRY_EACH) {
      // 6.5: the alternatives are run once for each selected component.
      const all = selected;
      for (let i = 0; i < all.length; i++) {
        seek(argumentAt, end);
        selected = [all[i]];
        tryEach(depth);
      }
      selected = all;
    } else {
      const condition = CONDITIONS.indexOf(code) >= 0;
      if (!condition) {
        if (code !== FETCH && code !== COPY && code !== DIRECTIVE_INVOKE)
          refuse(COMMAND_UNSUPPORTED);
        // A shared sequence has no side effects (5.3.2), and only an invocation invokes.
        if (
          code === DIRECTIVE_INVOKE
            ? section !== INVOKE
            : section !== INSTALL && section !== PAYLOAD_FETCH
        )
          refuse(COMMAND_PLACE);
      }
      // The argument is the reporting policy: four bits.
      if (head(UINT) > 15) refuse(PARAMETER_VALUE);
      if (target)
        for (let i = 0; i < selected.length && !reason; i++)
          if (condition) reason = test(target, code, selected[i]);
          else act(target, code, selected[i], from);
    }
    if (reason) failedAt = from;
    // 6.3: with several components a section's sequence begins with set-component-index.
    if (!selected.length) fail(COMPONENT_INDEX, from);
  }
  if (!reason) done();
  return reason;
};
/** Runs one range of commands as a section does. */
const runRange = (range: number[], code: number): void => {
  selected = components.length > 1 ? [] : [0];
  soft = false;
  section = code;
  seek(range[0], range[1]);
  const reason = execute(0);
  if (reason) fail(reason, failedAt);
};

/**
 * Runs the loaded manifest: every section in the order of an update and then of an invocation, the
 * shared sequence before each (6.3). Throws when a condition or a directive fails.
 *
 * @param to what the commands act on; without it the manifest is only looked through
 */
export const run = (to: Target | undefined): void => {
  target = to;
  identity = 0;
  budget = MAX_COMMANDS;
  parameters = components.map(() => ({}));
  const order = [PAYLOAD_FETCH, INSTALL, VALIDATE, INVOKE];
  for (let i = 0; i < 4; i++) {
    const range = sections[order[i]];
    const shared = sections[SHARED];
    if (range) {
      if (shared) runRange(shared, SHARED);
      runRange(range, order[i]);
    }
  }
};
