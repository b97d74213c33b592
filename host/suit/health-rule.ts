/**
 * The health rule of a release: what its trial must show before it is confirmed. It travels as the
 * argument of the invocation (docs/flash-format.md, "Health rule").
 */
import { RULE_APP, RULE_FREE, RULE_LINK, RULE_SECONDS } from "../../device/flash/layout.js";
import { cbor } from "../author/encode.js";
import { SuitcaseError } from "../errors.js";
import { readCbor } from "./read.js";

/** As `confirmWhen` in suitcase.json. What is not given is as the board has it by default. */
export interface HealthRule {
  /** The app has to call `suitcase.confirm()`, or a host to say so; default true. */
  app?: boolean;
  /** Seconds, 1 to 65,535, between two requests of a host that the new firmware has answered. */
  link?: number;
  /** Variables, 0 to 65,535, that have to be free. */
  free?: number;
  /** Seconds, 0 to 65,535, that the firmware has to run in one go. */
  seconds?: number;
}

const NUMBERS: [name: "link" | "free" | "seconds", member: number, least: number][] = [
  ["link", RULE_LINK, 1],
  ["free", RULE_FREE, 0],
  ["seconds", RULE_SECONDS, 0],
];

/** What is wrong with a rule, for people; undefined when nothing is. */
export function ruleFault(rule: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(rule)) {
    const number = NUMBERS.find(([known]) => known === name);
    if (name === "app") {
      if (typeof value !== "boolean") return '"app" must be true or false';
    } else if (!number) return `there is no condition "${name}"`;
    else if (!Number.isInteger(value) || Number(value) < number[2] || Number(value) > 65535)
      return `"${name}" must be a whole number from ${number[2]} to 65535`;
  }
  return undefined;
}

/**
 * The rule as the content of invoke-args.
 *
 * @throws HEALTH_RULE
 */
export function encodeRule(rule: HealthRule): Uint8Array {
  const fault = ruleFault({ ...rule });
  if (fault) throw new SuitcaseError("HEALTH_RULE", `In the health rule ${fault}`);
  const members = new Map<number, number>();
  if (rule.app !== undefined) members.set(RULE_APP, rule.app ? 1 : 0);
  for (const [name, member] of NUMBERS) {
    const value = rule[name];
    if (value !== undefined) members.set(member, value);
  }
  return cbor(members);
}

/** Reads invoke-args; undefined when they are no rule. */
export function decodeRule(bytes: Uint8Array): HealthRule | undefined {
  const map = readCbor(bytes)?.value;
  if (!(map instanceof Map)) return undefined;
  const rule: HealthRule = {};
  for (const [member, value] of map) {
    const name = NUMBERS.find(([, number]) => number === member)?.[0];
    if (name) rule[name] = value;
    else if (member === RULE_APP && value <= 1) rule.app = value === 1;
    else return undefined;
  }
  return ruleFault({ ...rule }) ? undefined : rule;
}

/** A rule in words, such as `the app says so, a host used the link for 30 s`. */
export function ruleText({ app = true, link = 0, free = 0, seconds = 0 }: HealthRule): string {
  const parts = [
    ...(app ? ["the app says that it is well"] : []),
    ...(link > 0 ? [`a host used the link for ${link} s`] : []),
    ...(free > 0 ? [`${free} variables are free`] : []),
    ...(seconds > 0 ? [`it ran for ${seconds} s`] : []),
  ];
  return `${parts.join(", ")}${parts.length > 0 ? "; " : ""}no uncaught error, the link is whole`;
}
