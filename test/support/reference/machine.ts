/**
 * The abstract machine (draft sections 6.3 to 6.7): runs the sections of one manifest.
 *
 * What is not executed is looked at all the same: alternatives that are not taken, and what follows a
 * failed condition inside an alternative, has to be well formed, known and in its place.
 */
import { ACTIONS } from "./actions.js";
import { asArray, asBytes, asMap, headSize, offsets, strict } from "./cbor.js";
import * as codes from "./codes.js";
import { CONDITIONS, type Subject } from "./conditions.js";
import { type ErrorClass, type Place, Refused, refuse } from "./errors.js";
import { asCode, checkForm, type Written } from "./form.js";
import { type Manifest, readManifest, SHARED } from "./manifest.js";
import { COMPONENT_PARAMETERS, readSelection } from "./parameters.js";
import type { World } from "./world.js";

/** A condition that did not hold, and where. */
interface Failure {
  reason: ErrorClass;
  place: Place;
}

/** One command as it is visited. */
interface Command extends Written {
  place: Place;
  /** Where the argument starts. */
  argumentAt: number;
  /** False: only looked at. */
  live: boolean;
}

export class Machine {
  /** Dependencies that the current section has processed. */
  readonly processed = new Set<string>();
  private section = SHARED;
  private selected: number[] = [];
  /** The selection was made by true. */
  private everything = false;
  private soft = false;
  /** Conditions 1 (vendor) and 2 (class) that have held. */
  private readonly identity = new Set<number>();

  constructor(
    private readonly world: World,
    private readonly manifest: Manifest,
    /** Index of this manifest's component in the one that depends on it. */
    private readonly dependency?: number,
  ) {}

  /** Runs a section if there is one, the shared sequence before it (6.3, 8.4.5). */
  run(section: number): void {
    const content = this.manifest.sections.get(section);
    const shared = this.manifest.sections.get(SHARED);
    this.processed.clear();
    if (!content) return;
    if (shared) this.runRange(SHARED, shared);
    this.runRange(section, content);
  }

  private runRange(section: number, content: Uint8Array): void {
    this.section = section;
    this.soft = false;
    this.everything = false;
    // 6.2: with several components a section begins with set-component-index.
    this.selected = this.manifest.components.length > 1 ? [] : [0];
    this.world.complete();
    const failure = this.sequence(content, 0, 0, true);
    if (failure) this.abort(failure);
  }

  private abort({ reason, place }: Failure): never {
    const refused = new Refused(reason);
    refused.place = place;
    throw refused;
  }

  /** Visits a command sequence whose content starts at `base` of the section. */
  private sequence(
    content: Uint8Array,
    base: number,
    depth: number,
    live: boolean,
  ): Failure | undefined {
    const items = asArray(strict(content));
    if (depth > this.world.device.limits.nesting) refuse("NESTING_LIMIT");
    if (!items.length || items.length % 2) refuse("SEQUENCE_SHAPE");
    const places = offsets(items);
    let failure: Failure | undefined;
    for (let i = 0; i < items.length; i += 2) {
      const place: Place = { section: this.section, offset: base + places[i], component: null };
      if (this.dependency !== undefined) place.dependency = this.dependency;
      try {
        const found = this.command({
          code: asCode(items[i]),
          argument: items[i + 1],
          place,
          argumentAt: base + places[i + 1],
          depth,
          live: live && !failure,
        });
        failure ??= found;
      } catch (thrown) {
        if (thrown instanceof Refused) thrown.place ??= place;
        throw thrown;
      }
      // Nothing after a failure at the outermost level is looked at: it ends everything.
      if (failure && !depth) return failure;
    }
    return failure;
  }

  private command(command: Command): Failure | undefined {
    const { code, argument, live } = command;
    this.world.visit();
    checkForm(command, this.section, this.manifest, this.world.device);
    if (code === codes.SET_COMPONENT_INDEX) {
      const selected = readSelection(argument, this.manifest);
      if (live) {
        this.note(command, null);
        this.selected = selected;
        this.everything = argument === true;
      }
      return undefined;
    }
    if (!live) {
      if (code === codes.TRY_EACH) this.tryEach(command, 0);
      if (code === codes.RUN_SEQUENCE) this.runSequence(command, 0);
      return undefined;
    }
    if (!this.selected.length) refuse("COMPONENT_INDEX");
    // 6.5: each command, a nested sequence included, is run once for each selected component.
    for (const index of this.selected) {
      command.place.component = index;
      const reason = this.perform(command, index);
      if (reason) return { reason, place: { ...command.place } };
    }
    return undefined;
  }

  private note({ code, place }: Command, component: number | null): void {
    this.world.trace.push({ ...place, component, command: code });
  }

  /** Executes a command for one component; gives the reason for which a condition does not hold. */
  private perform(command: Command, index: number): ErrorClass | undefined {
    const { code, argument } = command;
    const { world, manifest } = this;
    const subject: Subject = { world, manifest, id: manifest.components[index], index };
    // With true it applies to all dependencies, and only to them (suit-trust-domains).
    if (
      code === codes.PROCESS_DEPENDENCY &&
      this.everything &&
      !manifest.dependencies.includes(index)
    )
      return undefined;
    this.note(command, index);
    if (code === codes.OVERRIDE_PARAMETERS) this.setParameters(argument, subject.id, true);
    else if (code === codes.SET_PARAMETERS) this.setParameters(argument, subject.id, false);
    else if (code === codes.TRY_EACH) this.tryEach(command, index);
    else if (code === codes.RUN_SEQUENCE) this.runSequence(command, index);
    else if (code === codes.DEPENDENCY_INTEGRITY) this.checkDependency(subject);
    else if (code === codes.PROCESS_DEPENDENCY) this.process(subject);
    else if (code in ACTIONS) {
      // Our choice: a wrong device must not act, not even ask for a payload (8.4.9.1, 6.2).
      if (this.identity.size < 2) refuse("IDENTITY_UNCHECKED");
      ACTIONS[code](subject);
    } else {
      const reason = CONDITIONS[code](subject);
      if (!reason && code <= 2) this.identity.add(code);
      return reason;
    }
    return undefined;
  }

  /** `replace` false: set-parameters leaves alone what is set already. */
  private setParameters(argument: unknown, id: string, replace: boolean): void {
    const parameters: Record<string, unknown> = this.world.of(id) as Record<string, unknown>;
    for (const [key, value] of asMap(argument)) {
      if (key === codes.SOFT_FAILURE) this.soft = value as boolean;
      else if (key === codes.STRICT_ORDER) this.world.order(value as boolean);
      else {
        const [name, read] = COMPONENT_PARAMETERS[key as number];
        if (replace || parameters[name] === undefined)
          parameters[name] = read(value, this.manifest, this.world.device);
      }
    }
  }

  /** Runs a nested sequence for one component; gives its failure and the soft-failure it ended with. */
  private nested(
    { depth }: Command,
    content: Uint8Array,
    at: number,
    index: number,
    soft: boolean,
    live: boolean,
  ): { failure?: Failure; soft: boolean } {
    const before = { soft: this.soft, selected: this.selected, everything: this.everything };
    Object.assign(this, { soft, selected: [index], everything: false });
    const failure = this.sequence(content, at + headSize(content), depth + 1, live);
    const ended = { failure, soft: this.soft };
    Object.assign(this, before);
    return ended;
  }

  /** 8.4.10.2: one after another until one succeeds. */
  private tryEach(command: Command, index: number): void {
    const list = asArray(command.argument);
    if (list.length < 2) refuse("SEQUENCE_SHAPE");
    const places = offsets(list);
    let settled = !command.live;
    list.forEach((alternative, i) => {
      if (alternative === null && i === list.length - 1) {
        settled = true;
        return;
      }
      const at = command.argumentAt + places[i];
      const ended = this.nested(command, asBytes(alternative), at, index, true, !settled);
      if (settled) return;
      // Made hard by soft-failure = false: try-each fails with the condition's code (8.4.8.15).
      if (ended.failure && !ended.soft) this.abort(ended.failure);
      settled = !ended.failure;
    });
    // A directive that fails: nothing outside can make it soft (6.4).
    if (!settled) refuse("TRY_EACH_FAILED");
  }

  /** 8.4.10.8: fails when a condition does, unless soft-failure was set inside. */
  private runSequence(command: Command, index: number): void {
    const { argument, argumentAt, live } = command;
    const ended = this.nested(command, asBytes(argument), argumentAt, index, false, live);
    if (ended.failure && !ended.soft) this.abort(ended.failure);
  }

  private checkDependency({ world, manifest, id, index }: Subject): void {
    if (!manifest.dependencies.includes(index)) refuse("NOT_A_DEPENDENCY");
    world.checkDependency(id);
  }

  /** suit-directive-process-dependency: the dependency's shared sequence and the same section of it. */
  private process({ world, manifest, id, index }: Subject): void {
    if (!manifest.dependencies.includes(index)) refuse("NOT_A_DEPENDENCY");
    const inner = readManifest(world.dependency(id), world.device);
    // One level: a dependency that has dependencies is one that this device does not support.
    if (inner.dependencies.length) refuse("MANIFEST_KEY");
    this.processed.add(id);
    new Machine(world, inner, index).run(this.section);
  }
}
