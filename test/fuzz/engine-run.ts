/** Cases for the real interpreter, many in one run (test/support/engine-cases.ts). */
import type { DeviceState } from "../../host/device-state.js";
import {
  type EngineCase,
  type EngineVerdict,
  envelopeCase,
  runCases,
} from "../support/engine-cases.js";
import type { FuzzDevice } from "./devices.js";
import { Disagreement, type FuzzCase, judgeHere, type Outcome } from "./oracles.js";

function stateOf({ keys, limits, ...rest }: FuzzDevice): DeviceState {
  return {
    ...rest,
    now: rest.now ?? undefined,
    battery: rest.battery ?? undefined,
    version: rest.version ?? undefined,
    authorize: rest.authorize ?? undefined,
    dependencies: rest.features.includes("dependencies"),
    keys: keys.map((key) => ({ ...key, roles: [] })),
    slotSize: limits.slot,
  };
}

/** A case whose signature is taken as good: the board's Ed25519 takes a second, and has tests. */
export function openCase(id: string, { envelope, device }: FuzzCase): EngineCase {
  return envelopeCase(id, envelope, stateOf(device), [...device.payloads], true);
}

const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");

/** What Node makes of it, in the interpreter's words. */
export function openVerdict({ envelope, device }: FuzzCase): string {
  let outcome: Outcome;
  try {
    outcome = judgeHere({ envelope, device }, true);
  } catch (reason) {
    if (reason instanceof Disagreement) return "fault";
    throw reason;
  }
  const { number, place, sequence, components } = outcome;
  if (number) return `refuse ${number} ${place}`;
  const listed = Object.entries(components)
    // By identifier, as bytes: hex has the same order.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, digest]) => `${base64(id)}=${base64(digest)}`);
  return `accept ${sequence} ${listed.join()}`;
}

export interface Compared {
  /** Node's and the interpreter's words where they are not the same. */
  differing: { id: string; node: string; engine: string }[];
  /** Node's verdicts, without components. */
  ends: Map<string, number>;
}

/** Runs a batch in one process of the interpreter. */
export async function compare(batch: Map<string, FuzzCase>): Promise<Compared> {
  const expected = new Map([...batch].map(([id, each]) => [id, openVerdict(each)]));
  const verdicts = await runCases([...batch].map(([id, each]) => openCase(id, each)));
  const compared: Compared = { differing: [], ends: new Map() };
  for (const [id, node] of expected) {
    const { text } = verdicts.get(id) as EngineVerdict;
    // Every engine has its own words for a fault.
    const engine = text.startsWith("fault") ? text.slice(0, 5) : text;
    if (engine !== node) compared.differing.push({ id, node, engine });
    const end = node
      .split(" ")
      .slice(0, node.startsWith("accept") ? 1 : 2)
      .join(" ");
    compared.ends.set(end, (compared.ends.get(end) ?? 0) + 1);
  }
  return compared;
}
