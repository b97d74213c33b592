/**
 * The command interpreter (draft-ietf-suit-manifest-37 sections 6.3 to 6.5 and 8.4.6 to 8.4.10, with
 * suit-update-management-14 and, where a build has it, suit-trust-domains-12).
 *
 * It goes once over the bytes in RAM, no tree is built. What is not executed, because a condition
 * before it failed or another alternative was taken, is gone over all the same: every command,
 * parameter and alternative has to be known and well formed, or the manifest is refused.
 *
 * A condition that fails ends its sequence; a directive that fails ends everything, by an exception.
 * That goes for try-each and run-sequence, too (6.4).
 */
import {
  ABORTED,
  CLOCK_UNSET,
  COMMAND_LIMIT,
  COMMAND_PLACE,
  COMMAND_UNSUPPORTED,
  COMPONENT_INDEX,
  DEPENDENCY_ABSENT,
  DEPENDENCY_UNCHECKED,
  fail,
  IDENTITY_UNCHECKED,
  IMAGE_MATCHES,
  NESTING_LIMIT,
  NOT_A_DEPENDENCY,
  STRICT_ORDER as ORDER_BROKEN,
  PARAMETER_MISSING,
  PARAMETER_UNSUPPORTED,
  PARAMETER_VALUE,
  SEQUENCE_SHAPE,
  SOFT_FAILURE_PLACE,
  TRY_EACH_FAILED,
  VERSION_MISMATCH,
  WAITING,
} from "../errors.js";
import {
  ARRAY,
  at,
  BYTES,
  done,
  end,
  FALSE,
  head,
  inside,
  integer,
  items,
  major,
  NIL,
  peek,
  readMap,
  refuse,
  reread,
  seek,
  skip,
  string,
  TRUE,
  UINT,
} from "./cbor.js";
import {
  ABORT,
  CANDIDATE_VERIFICATION,
  CLASS_IDENTIFIER,
  COPY,
  DEPENDENCY_INTEGRITY,
  DEPENDENCY_RESOLUTION,
  DIRECTIVE_INVOKE,
  FETCH,
  IMAGE_MATCH,
  IMAGE_NOT_MATCH,
  INVOKE,
  IS_DEPENDENCY,
  LOAD,
  OVERRIDE_PARAMETERS,
  PARAM_SIZE,
  PARAM_SOURCE,
  PROCESS_DEPENDENCY,
  RUN_SEQUENCE,
  SET_COMPONENT_INDEX,
  SET_PARAMETERS,
  SHARED,
  SOFT_FAILURE,
  STRICT_ORDER,
  SWAP,
  TRY_EACH,
  UPDATE_AUTHORIZED,
  USE_BEFORE,
  VERSION,
  WAIT,
  WAIT_AUTHORIZATION,
  WAIT_TIME,
} from "./codes.js";
import { withDependency } from "./dependency.js";
import { manifestAt, manifestEnd, readDigest, readUri } from "./envelope.js";
import { COMMANDS, DEPENDENCIES, PARAMETERS, SECTIONS, TRACE } from "./features.js";
import { components, dependencies, local, readFrame, readVersion, sections } from "./manifest.js";
import { act, check, installed, locate, type Parameters, tell } from "./target.js";

export const MAX_COMMANDS = 256;
export const MAX_DEPTH = 4;

/** Length of PARAMETERS. */
const PARAMETER_COUNT = 30;
/** In COMMANDS: a command that needs no parameter. */
const NOTHING = 30;

/** By component. */
export let parameters: Parameters[];
/** Selected components; empty while unset. */
let selected: number[];
let soft = false;
/** While it is true commands are executed, otherwise only gone over. */
let live = true;
/** Bits: a vendor (1) and a class (2) condition has held. */
export let identity = 0;
/** Commands that may still be gone over, over all sections. */
let budget = 0;
/** strict-order, and while it is not set: bits of the targets and sources of commands since. */
let strict = 1;
let targets = 0;
let sources = 0;

/** With dependencies: where those stand that were checked, and which this section has processed. */
let checked: (number[] | undefined)[];
let processed: boolean[];
/** The dependency whose commands are executed, or -1. */
export let dependency = -1;

/** Where processing is, for reports: the section (SHARED while the shared sequence is run), ... */
export let section = 0;
/** ... where its content starts, where the command stands, and the component it acts on. */
export let sectionAt = 0;
export let commandAt = 0;
export let component = 0;

/** Consumes a component index that exists. */
const readIndex = (): number => {
  const value = major() === UINT ? head(UINT) : local.length;
  return value < local.length ? local[value] : refuse(COMPONENT_INDEX);
};

/** Consumes the argument of set-component-index (6.5): an index, true, or an array of indices. */
const readIndices = (): void => {
  selected = [];
  if (skip(TRUE)) selected = local;
  else
    for (
      let left = major() === ARRAY ? items(ARRAY) : 1;
      // More than there are: none is selected, which is refused. Repetition would take any time.
      left && left <= local.length;
      left--
    )
      selected.push(readIndex());
};

/**
 * Consumes [operator, version] (suit-update-management-14 section 6.4): does the installed version
 * compare so? Operators: 1 greater, 2 greater or equal, 3 equal, 4 lesser or equal, 5 lesser.
 */
const readMatch = (): boolean => {
  const operator = items(ARRAY) === 2 ? head(UINT) : 0;
  const version = installed || [];
  let order = 0;
  if (!operator || operator > 5) refuse(PARAMETER_VALUE);
  readVersion().forEach((part, i) => {
    // The comparison ends with the manifest's array, or at the first difference.
    order = order || (version[i] || 0) - part;
  });
  return (
    !!version.length && (order > 0 ? operator < 3 : order < 0 ? operator > 3 : operator % 4 !== 1)
  );
};

/** Consumes wait-info; throws WAITING when `isMeant` and one of its events has not come. */
const readEvents = (isMeant: boolean): void =>
  readMap(PARAMETER_UNSUPPORTED, (event) => {
    if (event !== WAIT_AUTHORIZATION && event !== WAIT_TIME) refuse(PARAMETER_UNSUPPORTED);
    const value = event === WAIT_TIME ? head(UINT) : integer();
    let reason = event === WAIT_AUTHORIZATION ? UPDATE_AUTHORIZED : USE_BEFORE;
    if (isMeant) {
      reason = check(reason, value, component, {});
      if (reason === CLOCK_UNSET) fail(reason, commandAt);
      // A time that use-before calls over has come.
      if (event === WAIT_TIME ? !reason : reason) fail(WAITING, commandAt);
    }
  });

/** Consumes the value of one parameter; gives it as {@link Parameters} has it. */
const readParameter = (code: number): number => {
  const form = code < PARAMETER_COUNT ? PARAMETERS.charCodeAt(code) - 48 : 0;
  let value = at;
  if (form === 1) {
    value = string(BYTES);
    if (at - value !== 16) refuse(PARAMETER_VALUE);
  } else if (form === 2) value = inside(readDigest);
  else if (form === 3) value = head(UINT);
  else if (form === 4) value = skip(TRUE) ? 1 : skip(FALSE) ? 0 : refuse(PARAMETER_VALUE);
  else if (form === 5) string(BYTES);
  else if (form === 6) readUri();
  else if (form === 7) value = 1 + readIndex();
  else if (form === 8) value = integer();
  else if (form === 9) inside(readMatch);
  else if (form === 10)
    inside(() => {
      if (peek() === 0xa0) refuse(PARAMETER_VALUE);
      readEvents(false);
    });
  else refuse(PARAMETER_UNSUPPORTED);
  return value;
};

/** Executes override-parameters (8.4.10.3), or set-parameters, which only sets what is not set. */
const override = (depth: number, isDefault: boolean): void =>
  readMap(PARAMETER_UNSUPPORTED, (code) => {
    const value = readParameter(code);
    // 8.4.8.15: only inside try-each and run-sequence.
    if (code === SOFT_FAILURE && !depth) refuse(SOFT_FAILURE_PLACE);
    if (live)
      if (code === SOFT_FAILURE) soft = !!value;
      else if (code === STRICT_ORDER) {
        strict = value;
        // Set to false once more, the order has been open since before.
        if (value) targets = sources = 0;
      } else
        selected.forEach((index) => {
          if (!isDefault || parameters[index][code] === undefined) parameters[index][code] = value;
        });
  });

const trace = (code: number, index: number): void => {
  if (TRACE && live) tell(section, commandAt - sectionAt, code, local.indexOf(index), dependency);
};

/** Runs a section of the manifest whose frame was read last, the shared sequence before it (6.3). */
const runSection = (code: number): void => {
  if (sections[code]) {
    if (sections[SHARED]) runRange(SHARED, sections[SHARED]);
    runRange(code, sections[code]);
  }
};

/** suit-condition-dependency-integrity: whatever fails here ends everything. */
const checkDependency = (values: Parameters): void => {
  if (!dependencies[component]) fail(NOT_A_DEPENDENCY, commandAt);
  const range = locate(component) || fail(DEPENDENCY_ABSENT, commandAt);
  if (values[IMAGE_MATCH] === undefined) fail(PARAMETER_MISSING, commandAt);
  withDependency(range, values[IMAGE_MATCH], () => {});
  checked[component] = range;
};

/** suit-directive-process-dependency: the dependency's shared sequence and the same section of it. */
const processDependency = (values: Parameters): void => {
  if (!dependencies[component]) fail(NOT_A_DEPENDENCY, commandAt);
  const range = checked[component] || fail(DEPENDENCY_UNCHECKED, commandAt);
  const kept = [section, sectionAt, commandAt, component, identity, strict];
  const keptSelection = selected;
  const keptSoft = soft;
  dependency = component;
  processed[component] = true;
  withDependency(range, values[IMAGE_MATCH], () => {
    readFrame(manifestAt, manifestEnd);
    // It may bring components of its own; parameters of those that both have are the same.
    while (parameters.length < components.length) parameters.push({});
    // The checks of another manifest do not count.
    identity = 0;
    runSection(section);
  });
  dependency = -1;
  section = kept[0];
  sectionAt = kept[1];
  commandAt = kept[2];
  component = kept[3];
  identity = kept[4];
  strict = kept[5];
  selected = keptSelection;
  soft = keptSoft;
};

/**
 * Every section that a dependency has must have been processed in the same section of the manifest
 * that depends on it (suit-trust-domains-12 section 5.1).
 */
const checkProcessed = (code: number): void => {
  dependencies.forEach((_, index) => {
    const range = locate(index);
    const digest = parameters[index][IMAGE_MATCH];
    let isLeftOut = false;
    if (range && digest && !processed[index])
      try {
        withDependency(range, digest, () => {
          readFrame(manifestAt, manifestEnd);
          isLeftOut = !!sections[code];
        });
      } catch (_) {
        // Something else lies there.
      }
    if (isLeftOut) fail(DEPENDENCY_UNCHECKED, index);
  });
  processed = [];
};

/** Executes a condition or a directive for one component; gives 0 or why a condition failed. */
const perform = (code: number, need: number, isCondition: boolean): number => {
  const values = parameters[component];
  const value = values[need];
  if (DEPENDENCIES && code === PROCESS_DEPENDENCY) {
    // With true it applies to all dependencies, and only to them.
    if (selected !== local || local.length < 2 || dependencies[component]) {
      trace(code, component);
      processDependency(values);
    }
    return 0;
  }
  trace(code, component);
  if (isCondition) {
    if (DEPENDENCIES && code === IS_DEPENDENCY)
      return dependencies[component] ? 0 : NOT_A_DEPENDENCY;
    if (code === ABORT) return ABORTED;
    if (DEPENDENCIES && code === DEPENDENCY_INTEGRITY) {
      checkDependency(values);
      return 0;
    }
    if (value === undefined) return PARAMETER_MISSING;
    if (code === VERSION) return reread(value, readMatch) ? 0 : VERSION_MISMATCH;
    const reason = check(need, value, component, values);
    if (code === IMAGE_NOT_MATCH) return reason ? 0 : IMAGE_MATCHES;
    if (!reason && code <= CLASS_IDENTIFIER) identity |= code;
    return reason;
  }
  // Identity before any action: a wrong device must not even ask for the payload.
  if (identity !== 3) fail(IDENTITY_UNCHECKED, commandAt);
  // A device that does not know size and digest cannot tell whether to begin.
  if (
    (need !== NOTHING && value === undefined) ||
    ((code === FETCH || code === COPY) &&
      !(values[IMAGE_MATCH] && (values[PARAM_SIZE] || (DEPENDENCIES && dependencies[component]))))
  )
    fail(PARAMETER_MISSING, commandAt);
  if (!strict) {
    targets |= 1 << component;
    if (need === PARAM_SOURCE) sources |= 1 << (value - 1);
    // 6.7: what is written may not be read while the order is free; a swap does both.
    if (targets & sources || code === SWAP) fail(ORDER_BROKEN, commandAt);
  }
  if (code === WAIT) reread(value, () => readEvents(true));
  else act(code, component, values);
  if (DEPENDENCIES && code !== WAIT && code !== DIRECTIVE_INVOKE) {
    // What was written has to be checked again.
    checked[component] = undefined;
    if (code === SWAP) checked[value - 1] = undefined;
  }
  return 0;
};

/**
 * Executes a nested sequence with soft-failure as given (8.4.8.15); gives 0, or the reason of a soft
 * failure. What it sets of the processor ends with it.
 */
const nested = (depth: number, isSoft: boolean): number => {
  const softBefore = soft;
  const strictBefore = strict;
  const keptSelection = selected;
  const keptTargets = targets;
  const keptSources = sources;
  const from = commandAt;
  soft = isSoft;
  strict = 1;
  const reason = inside(() => execute(depth + 1));
  soft = softBefore;
  strict = strictBefore;
  selected = keptSelection;
  targets = keptTargets;
  sources = keptSources;
  commandAt = from;
  return reason;
};

/** Executes a list of alternatives (8.4.10.2) for the selected component. */
const tryEach = (depth: number): void => {
  const isLive = live;
  let isSettled = !live;
  let left = items(ARRAY);
  if (left < 2) refuse(SEQUENCE_SHAPE);
  for (; left; left--)
    if (left < 2 && skip(NIL)) isSettled = true;
    else {
      live = !isSettled;
      // What failed did so live, what was only gone over settles nothing new.
      isSettled = !nested(depth, true) || isSettled;
    }
  live = isLive;
  if (!isSettled) refuse(TRY_EACH_FAILED);
};

/**
 * Executes the command sequence between the reader's place and its limit. Gives 0, or the reason for
 * which a condition failed softly: what follows it was only gone over.
 */
const execute = (depth: number): number => {
  const isLive = live;
  let left = items(ARRAY);
  let reason = 0;
  if (depth > MAX_DEPTH) refuse(NESTING_LIMIT);
  if (!left || left & 1) refuse(SEQUENCE_SHAPE);
  for (; left; left -= 2) {
    commandAt = at;
    const code = major() ? refuse(COMMAND_UNSUPPORTED) : head(UINT);
    const argumentAt = at;
    if (!budget--) refuse(COMMAND_LIMIT);
    if (code === SET_COMPONENT_INDEX) {
      readIndices();
      if (selected.length) trace(code, -1);
    } else if (code === OVERRIDE_PARAMETERS || (DEPENDENCIES && code === SET_PARAMETERS)) {
      override(depth, code === SET_PARAMETERS);
      if (TRACE)
        selected.forEach((index) => {
          trace(code, index);
        });
    } else if (code === TRY_EACH || code === RUN_SEQUENCE) {
      // 6.5: they are run once for each selected component.
      const all = selected;
      (live ? all : [0]).forEach((index) => {
        seek(argumentAt, end);
        selected = [index];
        component = index;
        trace(code, index);
        if (code === TRY_EACH) tryEach(depth);
        else nested(depth, false);
      });
      selected = all;
    } else {
      // Espruino's charCodeAt takes 32 bits of an index: beyond the table none is looked up.
      const entry = code < RUN_SEQUENCE ? COMMANDS.charCodeAt(code) - 64 : -1;
      const isCondition = entry < 32;
      if (entry < 0) refuse(COMMAND_UNSUPPORTED);
      // A shared sequence has no side effects (5.3.2), and only an invocation invokes.
      if (
        !isCondition &&
        (DEPENDENCIES && code === PROCESS_DEPENDENCY
          ? section === SHARED
          : code === DIRECTIVE_INVOKE
            ? section !== INVOKE
            : (section < DEPENDENCY_RESOLUTION && section !== LOAD) ||
              (DEPENDENCIES && section === CANDIDATE_VERIFICATION))
      )
        refuse(COMMAND_PLACE);
      // The argument is the reporting policy: four bits.
      if (head(UINT) > 15) refuse(PARAMETER_VALUE);
      if (live)
        selected.forEach((index) => {
          component = index;
          reason = reason || perform(code, entry & 31, isCondition);
        });
    }
    // 6.3: with several components a section's sequence begins with set-component-index.
    if (!selected.length) refuse(COMPONENT_INDEX);
    if (reason && live) {
      if (!soft) fail(reason, commandAt);
      live = false;
    }
  }
  live = isLive;
  return reason;
};

/** Runs the commands of a section, or the shared ones before it. */
const runRange = (code: number, range: number[]): void => {
  section = code;
  sectionAt = range[0];
  component = 0;
  selected = local.length > 1 ? [] : local;
  soft = false;
  strict = 1;
  targets = sources = 0;
  live = true;
  seek(range[0], range[1]);
  execute(0);
  done();
};

/** Forgets where an earlier run ended. */
export const start = (): void => {
  section = sectionAt = component = 0;
  dependency = -1;
};

/**
 * Runs the manifest whose frame was read last: every section in the order of an update and then of an
 * invocation, the shared sequence before each (6.3). Throws when a condition or a directive fails.
 */
export const run = (): void => {
  start();
  identity = 0;
  budget = MAX_COMMANDS;
  parameters = components.map(() => ({}));
  if (DEPENDENCIES) {
    checked = [];
    processed = [];
  }
  SECTIONS.forEach((code) => {
    runSection(code);
    if (DEPENDENCIES) checkProcessed(code);
  });
  start();
};
