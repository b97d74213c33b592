/** Parameters: all of the drafts, mostly such as this device is content with. */
import { bstr, encode, map, type Node, type Pair } from "../support/cbor.js";
import { CLASS, DEVICE, digestOf, VENDOR } from "../support/envelopes.js";
import type { Choices } from "./choices.js";
import { CONTENTS, type FuzzDevice, REMOTE } from "./devices.js";
import type { Known } from "./state.js";

/** Where contents stand in the envelope itself. */
export const INTEGRATED = CONTENTS.map((_, i) => `#${i}`);

/** A value, and what it means for what is known about each component it is set for. */
interface Parameter {
  value: Node;
  note(known: Known): void;
}

const mark =
  (code: number, holds: boolean) =>
  (known: Known): void =>
    void known.holds.set(code, holds);

const OTHER = bstr(new Uint8Array(16).fill(0xee));

/** A parameter whose value holds unless `rare`. */
function rated(code: number, rare: boolean, good: Node, bad: Node): Parameter {
  return { value: rare ? bad : good, note: mark(code, !rare) };
}

function versionMatch(device: FuzzDevice, rare: boolean, choices: Choices): Parameter {
  const good: [number, number[]] = choices.pick([
    [3, [1, 2, 3]],
    [2, [1, 2]],
    [1, [1, 2, 3, -1]],
    [5, [2]],
    [4, [1]],
    [1, [1, 2, 2, 7]],
  ]);
  const bad: [number, number[]] = choices.pick([
    [5, [1, 2, 3]],
    [1, [1, 2]],
    [3, [1, 2, 3, 1]],
  ]);
  return {
    value: bstr(rare ? bad : good),
    note: mark(28, !rare && device.version !== null),
  };
}

function waitInfo(device: FuzzDevice, rare: boolean, choices: Choices): Parameter {
  const priority = (device.authorize ?? 0) + (rare ? 1 : -choices.below(9));
  const time = (device.now ?? 0) + (rare ? 1 : 0);
  const pairs = choices.pick<Pair[]>([
    [[1, priority]],
    [[5, time]],
    [
      [1, priority],
      [5, time],
    ],
  ]);
  const isTimed = pairs.some(([key]) => key === 5);
  const isAuthorized = pairs.some(([key]) => key === 1);
  const holds =
    !rare && (!isTimed || device.now !== null) && (!isAuthorized || device.authorize !== null);
  return { value: bstr(map(...pairs)), note: mark(29, holds) };
}

/** Makes the parameter `code`; `aim` is the content that digest, size and URI are about. */
function parameter(
  code: number,
  aim: number,
  rare: boolean,
  sources: string[],
  device: FuzzDevice,
  choices: Choices,
): Parameter {
  const other = (aim + 1) % CONTENTS.length;
  const content = rare ? other : aim;
  const now = device.now ?? 0;
  switch (code) {
    case 1:
      return rated(code, rare, bstr(VENDOR), OTHER);
    case 2:
      return rated(code, rare, bstr(CLASS), OTHER);
    case 24:
      return rated(code, rare, bstr(DEVICE), OTHER);
    case 3:
      return {
        value: bstr(digestOf(CONTENTS[content])),
        note: (known) => {
          known.digest = content;
        },
      };
    case 4:
      return { value: now + (rare ? 0 : 9), note: mark(code, !rare && device.now !== null) };
    case 5:
      return rated(code, rare, device.slot, device.slot + 1);
    case 14:
      return {
        value: CONTENTS[content].length,
        note: (known) => {
          known.size = content;
        },
      };
    case 18:
      return {
        value: bstr(CONTENTS[content]),
        note: (known) => {
          known.content = content;
        },
      };
    case 21: {
      const uri = choices.pick([INTEGRATED, INTEGRATED, REMOTE])[content];
      return {
        value: rare ? choices.pick(["/absent", `/${"x".repeat(96)}`, ""]) : uri,
        note: (known) => {
          known.uri = rare ? -1 : content;
        },
      };
    }
    case 22: {
      const index = choices.below(sources.length);
      return {
        value: index,
        note: (known) => {
          known.source = sources[index];
        },
      };
    }
    case 26: {
      const battery = device.battery ?? 0;
      return rated(code, rare, battery - choices.below(battery + 1), battery + 1);
    }
    case 27: {
      const limit = device.authorize ?? 0;
      const value = limit + (rare ? 1 : -choices.below(300));
      return { value, note: mark(code, !rare && device.authorize !== null) };
    }
    case 28:
      return versionMatch(device, rare, choices);
    case 29:
      return waitInfo(device, rare, choices);
    default:
      // 23 and 25: arguments that nothing here looks at.
      return { value: bstr(choices.take(choices.below(5))), note: () => {} };
  }
}

const IMAGE = [3, 14, 21];
const MORE = [1, 2, 4, 5, 18, 22, 23, 24, 25, 26, 27, 28, 29];

/** A map of parameters, and what it does to what is known. */
export function parameters(
  wanted: number[],
  aim: number,
  wild: boolean,
  sources: string[],
  device: FuzzDevice,
  choices: Choices,
): { value: Uint8Array; note(known: Known): void } {
  const codes = new Set(wanted);
  if (choices.rarely(3)) for (const code of IMAGE) codes.add(code);
  while (choices.rarely(3)) codes.add(choices.pick(MORE));
  if (!codes.size) codes.add(choices.pick([...IMAGE, ...MORE]));
  const made = [...codes]
    .sort((a, b) => a - b)
    .map((code): [number, Parameter] => [
      code,
      parameter(code, aim, wild && choices.rarely(8), sources, device, choices),
    ]);
  return {
    value: encode(map(...made.map(([code, { value }]): Pair => [code, value]))),
    note: (known) => {
      for (const [, { note }] of made) note(known);
    },
  };
}
