/** Directives that act (draft section 8.4.10): each throws when it cannot, which ends everything. */
import type { Subject } from "./conditions.js";
import { refuse } from "./errors.js";

type Action = (subject: Subject) => void;

const isDependency = ({ manifest, index }: Subject) => manifest.dependencies.includes(index);

/**
 * Our choice: a device that does not know size and digest cannot tell whether to begin. A dependency's
 * envelope has no fixed size: signatures and severed elements come and go (suit-trust-domains).
 */
function expectedSize(subject: Subject): number {
  const { digest, size } = subject.world.of(subject.id);
  if (!digest || (!size && !isDependency(subject))) return refuse("PARAMETER_MISSING");
  return size ?? 0;
}

function fetch(subject: Subject): void {
  const { world, manifest, id } = subject;
  const size = expectedSize(subject);
  const uri = world.of(id).uri ?? refuse("PARAMETER_MISSING");
  world.touch([id], []);
  world.reserve(size);
  // 5.1.2: a URI that is a key of the envelope means what stands there.
  const content = manifest.integrated.get(uri) ?? world.device.payload(uri);
  world.put(id, isDependency(subject), content ?? refuse("PAYLOAD_ABSENT"));
}

function copy(subject: Subject): void {
  const { world, id } = subject;
  expectedSize(subject);
  const source = world.of(id).source ?? refuse("PARAMETER_MISSING");
  world.touch([id], [source]);
  world.put(id, isDependency(subject), world.contents.get(source) ?? refuse("IMAGE_DIGEST"));
}

function write(subject: Subject): void {
  const { world, id } = subject;
  const content = world.of(id).content ?? refuse("PARAMETER_MISSING");
  world.touch([id], []);
  world.put(id, isDependency(subject), content);
}

/** What the source held goes to the current component, and what that held to the source. */
function swap({ world, id }: Subject): void {
  const source = world.of(id).source ?? refuse("PARAMETER_MISSING");
  world.touch([id, source], [id, source]);
  const content = world.contents.get(source) ?? refuse("IMAGE_DIGEST");
  world.set(source, world.contents.get(id));
  world.set(id, content);
}

/** All events of wait-info have to be there; what is not there yet stops the update. */
function wait({ world, id }: Subject): void {
  const events = world.of(id).wait ?? refuse("PARAMETER_MISSING");
  const { now, authorize } = world.device;
  const priority = events.get(1);
  if (priority !== undefined && (authorize === null || priority > authorize)) refuse("WAITING");
  const time = events.get(5);
  if (time === undefined) return;
  if (now === null) refuse("CLOCK_UNSET");
  else if (now < time) refuse("WAITING");
}

/** Transfers execution; in memory nothing runs. */
function invoke(): void {}

export const ACTIONS: Record<number, Action> = {
  18: write,
  21: fetch,
  22: copy,
  23: invoke,
  29: wait,
  31: swap,
};
