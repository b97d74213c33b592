/** Command sequences: every command of the drafts, mostly such as can be executed where they stand. */
import { bstr, encode, map, type Node } from "../support/cbor.js";
import { digestOf } from "../support/envelopes.js";
import type { Choices } from "./choices.js";
import { CONTENTS, type FuzzDevice } from "./devices.js";
import { parameters } from "./parameters.js";
import { type Known, NOTHING, type State } from "./state.js";

const ACTING = [15, 16, 20, 8];
const SHARED = 0;
/** Conditions on the device, which need the parameter of their number. */
const OF_DEVICE = [1, 2, 24, 5, 4, 26, 27, 28];

/** A dependency that stands at the end of the list of components. */
export interface Dependency {
  name: string;
  /** Its manifest's byte string, whose digest names it. */
  manifest: Uint8Array;
  uri: string;
  sections: number[];
  touches: string[];
}

export interface Scene {
  choices: Choices;
  device: FuzzDevice;
  state: State;
  names: string[];
  wild: boolean;
  dependency?: Dependency;
}

export class Writer {
  /** What the shared sequence has done, to be done again before each section. */
  readonly effects: (() => void)[] = [];
  private section = SHARED;
  private selected: string[] = [];
  private readonly identity = new Set<number>();
  private isDead = false;

  constructor(private readonly scene: Scene) {}

  /** A whole section, as a byte string. `first` stands in front of it. */
  write(section: number, size: number, first: (writer: Writer) => Node[] = () => []): Uint8Array {
    const { names } = this.scene;
    this.section = section;
    this.selected = names.length > 1 ? [] : names;
    const start = first(this);
    const items = [...start, ...this.commands(0, size)];
    return bstr(items.length ? items : this.override([]));
  }

  /** The dependency of this manifest is fetched, or only executed. */
  depend(dependency: Dependency, isFirst: boolean): Node[] {
    const items = this.select([dependency.name]);
    if (isFirst)
      items.push(20, map([3, bstr(digestOf(dependency.manifest))], [21, dependency.uri]), 21, 2);
    if (isFirst || this.scene.choices.rarely(2)) items.push(7, 15);
    // All components: it is for the dependencies among them only.
    if (this.scene.choices.rarely(4)) items.push(...this.select(this.scene.names));
    items.push(11, this.report());
    for (const name of dependency.touches) this.scene.state.forget(name);
    return items;
  }

  /** What a shared sequence begins with: vendor and class, and digest and size of an image. */
  introduce(): Node[] {
    const { choices } = this.scene;
    const names = this.others;
    const items = this.scene.names.length > 1 ? this.select(names) : [];
    items.push(...this.override([1, 2]), ...this.condition(1), ...this.condition(2));
    if (this.scene.names.length > 1) items.push(...this.select([choices.pick(names)]));
    items.push(...this.override([3, 14]));
    return items;
  }

  select(names: string[]): Node[] {
    const all = this.scene.names;
    if (!this.isDead) this.selected = names;
    if (names.length === all.length && all.length > 1) return [12, true];
    const indices = names.map((name) => all.indexOf(name));
    return [12, indices.length > 1 || this.scene.choices.rarely(8) ? indices : indices[0]];
  }

  /** Components that are no dependencies. */
  private get others(): string[] {
    const { names, dependency } = this.scene;
    return names.filter((name) => name !== dependency?.name);
  }

  private report(): number {
    return this.scene.choices.pick([15, 2, 0, 7]);
  }

  private get known(): Known[] {
    return this.selected.map((name) => this.scene.state.of(name));
  }

  private every(holds: (known: Known) => boolean): boolean {
    return this.selected.length > 0 && this.known.every(holds);
  }

  /** Does it now; what the shared sequence does is done again later. */
  private effect(names: string[], change: (known: Known) => void): void {
    if (this.isDead) return;
    const act = () => {
      for (const name of names) change(this.scene.state.of(name));
    };
    act();
    if (this.section === SHARED) this.effects.push(act);
  }

  private condition(code: number): Node[] {
    if (code <= 2 && !this.isDead) this.identity.add(code);
    return [code, this.report()];
  }

  override(wanted: number[], code = 20): Node[] {
    const { choices, wild, names, device } = this.scene;
    const aim = choices.below(CONTENTS.length);
    const made = parameters(wanted, aim, wild, names, device, choices);
    this.effect(this.selected, made.note);
    return [code, made.value];
  }

  /** Everything that can be executed here. */
  private possible(depth: number): (() => Node[])[] {
    const { names, state, device, dependency, choices } = this.scene;
    const found: (() => Node[])[] = [() => this.override([])];
    const add = (holds: boolean, make: () => Node[]) => void (holds && found.push(make));
    const does = (code: number, change: (known: Known) => void) => (): Node[] => {
      this.effect(this.selected, change);
      return [code, this.report()];
    };
    const { others } = this;
    if (names.length > 1)
      found.push(() =>
        this.select(
          choices.rarely(3)
            ? others.slice(0, 1 + choices.below(others.length))
            : [choices.pick(others)],
        ),
      );
    if (!this.selected.length) return [found[1]];
    for (const code of OF_DEVICE)
      add(
        (code !== 26 || device.battery !== null) &&
          this.every((known) => known.holds.get(code) === true),
        () => this.condition(code),
      );
    add(depth < 3, () => this.tryEach(depth));
    add(depth < 3, () => this.runSequence(depth));
    if (this.section === SHARED) return found;
    const fits = (known: Known, content: number | undefined) =>
      content !== undefined &&
      content >= 0 &&
      (known.digest === undefined || known.digest === content) &&
      (known.size === undefined || known.size === content);
    add(
      this.every((known) => known.digest !== undefined && fits(known, known.held)),
      () => [3, this.report()],
    );
    add(
      this.every(
        (known) => known.digest !== undefined && known.held >= NOTHING && !fits(known, known.held),
      ),
      () => [25, this.report()],
    );
    add(
      this.every((known) => known.held >= 0 && known.held === known.content),
      () => [6, this.report()],
    );
    add(this.section === 9 && this.identity.size === 2, () => [23, this.report()]);
    if (!ACTING.includes(this.section) || this.identity.size < 2) return found;
    const set = (known: Known) => known.digest !== undefined && known.size !== undefined;
    const held = (known: Known) =>
      known.source === undefined ? NOTHING : state.of(known.source).held;
    const fetch = does(21, (known) => {
      known.held = known.digest as number;
    });
    add(
      this.every((known) => set(known) && fits(known, known.uri)),
      fetch,
    );
    // Twice: without it nothing is installed.
    add(
      this.every((known) => set(known) && fits(known, known.uri)),
      fetch,
    );
    add(
      this.every((known) => fits(known, known.content)),
      does(18, (known) => {
        known.held = known.content as number;
      }),
    );
    add(
      this.every((known) => set(known) && fits(known, held(known))),
      does(22, (known) => {
        known.held = known.digest as number;
      }),
    );
    add(
      this.selected.length === 1 &&
        this.every((known) => held(known) >= 0 && known.source !== dependency?.name),
      () => this.swap(),
    );
    add(
      this.every((known) => known.holds.get(29) === true),
      does(29, () => {}),
    );
    return found;
  }

  private swap(): Node[] {
    if (!this.isDead) {
      const [known] = this.known;
      const source = this.scene.state.of(known.source as string);
      [known.held, source.held] = [source.held, known.held];
    }
    return [31, this.report()];
  }

  /** Whatever comes: known codes with arguments that need not be theirs. */
  private anything(): Node[] {
    const { choices } = this.scene;
    const argument = choices.pick<Node>([
      15,
      2,
      0,
      16,
      true,
      null,
      "#0",
      encode([0, 1]),
      map([1, 1]),
    ]);
    const code = choices.rarely(8)
      ? choices.pick([-257, 33, 34, 35, 10, 30, 256])
      : choices.below(33);
    return [code, argument];
  }

  private commands(depth: number, size: number): Node[] {
    const { choices, wild } = this.scene;
    const items: Node[] = [];
    for (let left = size; left; left--) {
      if (wild && choices.rarely(10)) items.push(...this.anything());
      else items.push(...choices.pick(this.possible(depth))());
    }
    return items;
  }

  /** Runs `make` with the selection, and what is executed, as before it. */
  private within<T>(dead: boolean, make: () => T): T {
    const { selected, isDead } = this;
    const restore = dead ? this.scene.state.keep() : undefined;
    this.isDead = isDead || dead;
    const made = make();
    restore?.();
    Object.assign(this, { selected, isDead });
    return made;
  }

  /** A condition that fails, and then commands that are not executed. */
  private failing(depth: number): Node[] {
    const { choices } = this.scene;
    const items = [...this.commands(depth, choices.below(2)), 14, this.report()];
    return [...items, ...this.within(true, () => this.commands(depth, choices.below(2)))];
  }

  private tryEach(depth: number): Node[] {
    const { choices } = this.scene;
    const inner = depth + 1;
    const list: Node[] = [];
    for (let left = choices.below(3); left; left--)
      list.push(this.within(false, () => bstr(this.failing(inner))));
    const isNil = list.length > 0 && choices.rarely(3);
    if (!isNil) {
      list.push(this.within(false, () => bstr(this.commands(inner, 1 + choices.below(3)))));
      while (list.length < 2 || choices.rarely(4))
        list.push(this.within(true, () => bstr(this.commands(inner, 1 + choices.below(2)))));
    }
    if (isNil || choices.rarely(4)) list.push(null);
    return [15, list];
  }

  private runSequence(depth: number): Node[] {
    const { choices } = this.scene;
    const inner = depth + 1;
    if (!choices.rarely(3))
      return [32, this.within(false, () => bstr(this.commands(inner, 1 + choices.below(3))))];
    return [32, this.within(false, () => bstr([20, map([13, true]), ...this.failing(inner)]))];
  }
}
