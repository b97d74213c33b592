/** What a generator knows about the device while it writes a manifest: so most of what it writes holds. */
import { CONTENTS, type FuzzDevice, idOf } from "./devices.js";

/** Nothing there, or something that is not known. */
export const NOTHING = -1;
export const UNKNOWN = -2;

/** One component. Contents are indices into {@link CONTENTS}. */
export interface Known {
  held: number;
  digest?: number;
  size?: number;
  /** What is behind the URI. */
  uri?: number;
  content?: number;
  /** Name of the source component. */
  source?: string;
  /** Parameters that are set (true) to what holds for this device, or (false) to what does not. */
  holds: Map<number, boolean>;
}

export class State {
  readonly #known = new Map<string, Known>();

  constructor(private readonly device: FuzzDevice) {}

  of(name: string): Known {
    let known = this.#known.get(name);
    if (!known) {
      const content = this.device.components.get(idOf(name));
      known = { held: content ? CONTENTS.indexOf(content) : NOTHING, holds: new Map() };
      this.#known.set(name, known);
    }
    return known;
  }

  /** After something was done to a component that is not followed here. */
  forget(name: string): void {
    this.#known.set(name, { held: UNKNOWN, holds: new Map() });
  }

  /** Brings back what is known now. */
  keep(): () => void {
    const kept = [...this.#known].map(([name, known]): [string, Known] => [
      name,
      { ...known, holds: new Map(known.holds) },
    ]);
    return () => {
      this.#known.clear();
      for (const [name, known] of kept) this.#known.set(name, known);
    };
  }
}
