/**
 * Is the firmware well? It judges a trial by the rule in the signed manifest (flash/rule.ts): what the
 * app or a host says only counts as one part of that. It feeds the watchdog, and only while the agent
 * could still take an update: an app that hangs, stops the agent's timers or eats its memory ends in a
 * reset, and on trial in the firmware before.
 *
 * Time is counted by its own timer, as an app may set the clock.
 */

import { Bytes } from "./bytes.js";
import {
  fail,
  NOT_HEALTHY,
  REVERT_APP_THREW,
  REVERT_DEADLINE,
  REVERT_LINK,
  REVERT_MEMORY,
  REVERT_UNCAUGHT,
  REVERT_UNUSED,
} from "./errors.js";
import {
  ACTIVE,
  CONFIG_DEADLINE,
  CONFIG_WATCHDOG,
  PHASE,
  RULE_APP,
  RULE_FREE,
  RULE_LINK,
  RULE_SECONDS,
  SETTLED,
  TABLE_ENVELOPE,
  TABLE_KEY,
  TRIAL,
  TRIALS,
} from "./flash/layout.js";
import { argument, begin, next } from "./link/cbor-map.js";
import {
  change,
  doors,
  every,
  free,
  isAttached,
  onError,
  troubles,
} from "./port/espruino-agent.js";
import { api, config, port, record } from "./shared.js";

/** Variables with which a host is answered. An update may take more: it can hold the app back. */
const ENOUGH = 250;
/** Milliseconds between two looks at a trial. */
const PERIOD = 500;

const watchdog = config[CONFIG_WATCHDOG];
/** By member: what holds where the manifest says nothing. Without a watchdog memory grows (Linux). */
const rule = [0, 1, 0, watchdog && ENOUGH, 0];
const wereOpen = doors();

/** Seconds of this boot, and those at which a host was heard first and last. */
let age = 0;
let first = 0;
let last = 0;
/** An error that nothing caught. */
let isFaulty = false;
/** The app, or a host, says that the firmware works. */
let isSaid = 0;
let timer: number;
/** Serves a request of its own; true when the answer is the one that it gave before the app ran. */
let works: () => boolean;

export const onTrial = (): boolean => record[PHASE] === TRIAL;

/** Reads the rule where the table says that it stands; flash/plan.ts refuses what is none. */
const readRule = (): void => {
  const table = api.readTable(api.running);
  const ruleAt = table[TABLE_KEY / 4] >> 8;
  if (ruleAt) {
    // Behind the head of its byte string.
    begin(port.read(api.slotAt(api.running) + table[TABLE_ENVELOPE / 4] + ruleAt, 24), 1);
    for (let left = next() & 31; left; left--) {
      const member = next();
      rule[member] = argument(next());
    }
  }
};

/** Why the firmware is beyond hope, or 0. */
const fault = (): number =>
  !api.ended
    ? REVERT_APP_THREW
    : // First: what a host types into a console that was opened may throw.
      doors() > wereOpen
      ? REVERT_LINK
      : isFaulty
        ? REVERT_UNCAUGHT
        : troubles().indexOf("MEMORY") >= 0
          ? REVERT_MEMORY
          : isAttached() && works()
            ? 0
            : REVERT_LINK;

/** What the rule still wants, or 0. */
const lack = (): number =>
  free() < rule[RULE_FREE]
    ? REVERT_MEMORY
    : last - first < rule[RULE_LINK]
      ? REVERT_UNUSED
      : age < rule[RULE_SECONDS] || isSaid < rule[RULE_APP]
        ? REVERT_DEADLINE
        : 0;

/** For 66/1, on trial: what the rule still wants, and the rule, as 32-bit numbers. */
export const health = (): Uint8Array | undefined => {
  if (!onTrial()) return;
  rule[0] = lack();
  return new Bytes(new Uint32Array(rule).buffer);
};

const settle = (): void => {
  record[ACTIVE] = api.running;
  record[PHASE] = SETTLED;
  record[TRIALS] = 0;
  api.save();
  change(timer, watchdog * 300 || 1e9);
};

const look = (): void => {
  age += PERIOD / 1000;
  if (onTrial()) {
    const beyond = fault();
    const why = beyond || lack();
    if (!why) settle();
    else if (beyond || age > config[CONFIG_DEADLINE] + 256 * config[CONFIG_DEADLINE + 1]) {
      api.revert(why);
      port.restart();
    }
    port.kick();
  } else if (free() > ENOUGH) port.kick();
};

/** A host was heard. */
export const heard = (): void => {
  last = age;
  first = first || age;
};

/** Says that the firmware works: what the rule wants beside that is looked at soon. */
export const say = (): void => {
  isSaid = 1;
};

/** A host's word ends a running trial, if the rule has no objection (NOT_HEALTHY, `a` is which). */
export const confirm = (): void => {
  say();
  const why = fault() || lack();
  if (why) fail(NOT_HEALTHY, why);
  settle();
};

/** Begins to watch, before the app runs. */
export const watchOver = (probe: () => boolean): void => {
  works = probe;
  if (onTrial()) {
    readRule();
    onError((error) => {
      isFaulty = true;
      throw error;
    });
  }
  if (onTrial() || watchdog) timer = every(look, onTrial() ? PERIOD : watchdog * 300);
};
