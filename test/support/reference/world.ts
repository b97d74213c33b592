/** What all sections of a manifest, and of its dependencies, act on and leave behind. */
import type { ReferenceDevice } from "./device.js";
import { equal, sha256 } from "./digest.js";
import { authenticate, type Envelope, manifestDigest } from "./envelope.js";
import { type ErrorClass, type Place, refuse } from "./errors.js";
import type { Parameters } from "./parameters.js";

/** One command that was executed, for one component. */
export interface Step extends Place {
  command: number;
}

export class World {
  readonly trace: Step[] = [];
  /** Old and new contents by component identifier. */
  readonly contents: Map<string, Uint8Array>;
  /** Cleared once, before the first section (6.1); kept from then on. */
  private readonly parameters = new Map<string, Parameters>();
  /** Dependencies whose integrity was checked since they were last written. */
  private readonly checked = new Map<string, Envelope>();
  private strictOrder = true;
  private readonly sources = new Set<string>();
  private readonly targets = new Set<string>();
  private visited = 0;
  private used = 0;

  constructor(readonly device: ReferenceDevice) {
    this.contents = new Map(device.components);
  }

  /** Parameters of a component. */
  of(id: string): Parameters {
    const found = this.parameters.get(id) ?? {};
    this.parameters.set(id, found);
    return found;
  }

  /** Counts a command that is looked at, executed or not. */
  visit(): void {
    if (++this.visited > this.device.limits.commands) refuse("COMMAND_LIMIT");
  }

  /** Sets strict-order (6.7, 8.4.8.14); whatever was pending is complete when it is true again. */
  order(isStrict: boolean): void {
    this.strictOrder = isStrict;
    if (isStrict) this.complete();
  }

  /** At the end of a command sequence all commands have completed. */
  complete(): void {
    this.sources.clear();
    this.targets.clear();
  }

  /** Notes what an action writes and reads: never the same while their order is open (6.7). */
  touch(targets: string[], sources: string[]): void {
    if (this.strictOrder) return;
    for (const id of targets) this.targets.add(id);
    for (const id of sources) this.sources.add(id);
    for (const id of this.targets) if (this.sources.has(id)) refuse("STRICT_ORDER");
  }

  /** Does a component hold what digest and size say? Gives the reason why not. */
  mismatch(id: string, isDependency: boolean): ErrorClass | undefined {
    const { digest, size } = this.of(id);
    const content = this.contents.get(id);
    if (!content) return "IMAGE_DIGEST";
    if (size !== undefined && size !== content.length) return "IMAGE_SIZE";
    const found = isDependency ? manifestDigest(content) : sha256(content);
    return digest && !(found && equal(found, digest)) ? "IMAGE_DIGEST" : undefined;
  }

  /** Is there room for so many bytes more? What cannot fit is not even asked for. */
  reserve(size: number): void {
    const { slot } = this.device.limits;
    if (slot && this.used + size > slot) refuse("SLOT_TOO_SMALL");
  }

  /** Stores a component, which then has to be what digest and size say. */
  put(id: string, isDependency: boolean, content: Uint8Array): void {
    this.set(id, content);
    const reason = this.mismatch(id, isDependency);
    if (reason) refuse(reason);
    const padded = (content.length + 3) & ~3;
    this.reserve(padded);
    this.used += padded;
  }

  /** Stores a component, or empties it; a dependency has to be checked again. */
  set(id: string, content: Uint8Array | undefined): void {
    this.checked.delete(id);
    if (content) this.contents.set(id, content);
    else this.contents.delete(id);
  }

  /** suit-condition-dependency-integrity: whatever fails here aborts. */
  checkDependency(id: string): void {
    const content = this.contents.get(id) ?? refuse("DEPENDENCY_ABSENT");
    const digest = this.of(id).digest ?? refuse("PARAMETER_MISSING");
    const envelope = authenticate(content, this.device);
    if (!equal(envelope.digest, digest)) refuse("DEPENDENCY_DIGEST");
    this.checked.set(id, envelope);
  }

  /**
   * The dependency that was checked. Where its digest was set anew since, another one is asked for than
   * was checked; the draft is silent about it, so nothing is executed.
   */
  dependency(id: string): Envelope {
    const envelope = this.checked.get(id) ?? refuse("DEPENDENCY_UNCHECKED");
    const { digest } = this.of(id);
    return digest && equal(envelope.digest, digest) ? envelope : refuse("DEPENDENCY_DIGEST");
  }
}
