/** Conditions (draft section 8.4.9, update management, trust domains): tests without side effects. */
import { equal } from "./digest.js";
import type { ErrorClass } from "./errors.js";
import type { Manifest } from "./manifest.js";
import { fits } from "./versions.js";
import type { World } from "./world.js";

/** What a condition is tested on. */
export interface Subject {
  world: World;
  manifest: Manifest;
  /** Identifier and index of the current component. */
  id: string;
  index: number;
}

/** Gives the reason for which the condition does not hold. */
type Test = (subject: Subject) => ErrorClass | undefined;

/** A condition whose parameter is not set fails (8.4.9). */
const identifier =
  (name: "vendor" | "class" | "device", reason: ErrorClass): Test =>
  ({ world, id }) => {
    const expected = world.of(id)[name];
    if (!expected) return "PARAMETER_MISSING";
    return equal(expected, world.device[name]) ? undefined : reason;
  };

const isDependency = ({ manifest, index }: Subject) => manifest.dependencies.includes(index);

export const CONDITIONS: Record<number, Test> = {
  1: identifier("vendor", "VENDOR_MISMATCH"),
  2: identifier("class", "CLASS_MISMATCH"),
  24: identifier("device", "DEVICE_MISMATCH"),
  3: (subject) => {
    const { world, id } = subject;
    return world.of(id).digest ? world.mismatch(id, isDependency(subject)) : "PARAMETER_MISSING";
  },
  4: ({ world, id }) => {
    const { useBefore } = world.of(id);
    const { now } = world.device;
    if (useBefore === undefined) return "PARAMETER_MISSING";
    if (now === null) return "CLOCK_UNSET";
    return now < useBefore ? undefined : "EXPIRED";
  },
  5: ({ world, id }) => {
    const { slot } = world.of(id);
    if (slot === undefined) return "PARAMETER_MISSING";
    return slot === world.device.slot ? undefined : "SLOT_MISMATCH";
  },
  6: ({ world, id }) => {
    const { content } = world.of(id);
    if (!content) return "PARAMETER_MISSING";
    const found = world.contents.get(id);
    return found && equal(found, content) ? undefined : "CONTENT_MISMATCH";
  },
  8: (subject) => (isDependency(subject) ? undefined : "NOT_A_DEPENDENCY"),
  14: () => "ABORTED",
  25: (subject) => {
    const { world, id } = subject;
    if (!world.of(id).digest) return "PARAMETER_MISSING";
    return world.mismatch(id, isDependency(subject)) ? undefined : "IMAGE_MATCHES";
  },
  26: ({ world, id }) => {
    const { battery } = world.of(id);
    if (battery === undefined) return "PARAMETER_MISSING";
    return (world.device.battery ?? -1) >= battery ? undefined : "BATTERY_LOW";
  },
  27: ({ world, id }) => {
    const { priority } = world.of(id);
    if (priority === undefined) return "PARAMETER_MISSING";
    const { authorize } = world.device;
    return authorize !== null && priority <= authorize ? undefined : "NOT_AUTHORIZED";
  },
  28: ({ world, id }) => {
    const { version } = world.of(id);
    const installed = world.device.version;
    if (!version) return "PARAMETER_MISSING";
    return installed && fits(installed, version) ? undefined : "VERSION_MISMATCH";
  },
};
