/** From a string of choices to an envelope and a device. */
import { seal } from "../support/envelopes.js";
import { BASES, type Base } from "./bases.js";
import { Choices } from "./choices.js";
import { DEVICES, type FuzzDevice } from "./devices.js";
import { type Draft, draftFor, sign } from "./envelope.js";
import { changed } from "./mutate-bytes.js";
import { mutate } from "./mutate-tree.js";
import type { FuzzCase } from "./oracles.js";
import { tryParse, write } from "./tree.js";

/** How cases are made. */
export const KINDS = ["structure", "node", "bytes"] as const;
export type Kind = (typeof KINDS)[number];

interface Source {
  draft: Draft;
  device: FuzzDevice;
  seal(draft: Draft): FuzzCase;
}

function generated(choices: Choices): Source {
  const device = choices.pick([DEVICES[0], ...DEVICES]);
  const draft = draftFor(device, choices);
  return {
    draft,
    device,
    seal: (changed) => ({ device, envelope: sign(changed, device, choices) }),
  };
}

function stored(choices: Choices): Source {
  const base: Base = choices.pick(BASES);
  return {
    draft: base,
    device: base.device,
    // As it is as long as nothing is changed, then signed by our key.
    seal: (changed) =>
      changed === base
        ? { device: base.device, envelope: base.envelope }
        : { device: base.ours, envelope: seal(changed.manifest, { outside: changed.outside }) },
  };
}

const mutated = (bytes: Uint8Array, choices: Choices): Uint8Array => {
  const tree = tryParse(bytes);
  return tree ? write(mutate(tree, choices)) : bytes;
};

/** Makes the case that belongs to `bytes`. */
export function caseOf(kind: Kind, bytes: Uint8Array): FuzzCase {
  const choices = new Choices(bytes);
  if (kind === "structure") {
    const { draft, seal } = generated(choices);
    return seal(draft);
  }
  const isSigned = !choices.rarely(3);
  const isStored = choices.rarely(kind === "node" ? 3 : 2);
  // Read before the manifest is: what is changed must not depend on how much of the string it took.
  const own = new Choices(choices.take(24));
  const other = kind === "bytes" ? choices.pick(BASES) : undefined;
  const { draft, seal } = isStored ? stored(choices) : generated(choices);
  const change = (content: Uint8Array, part: Uint8Array) =>
    other ? changed(content, part, own) : mutated(content, own);
  if (isSigned)
    return seal({ ...draft, manifest: change(draft.manifest, other?.manifest ?? draft.manifest) });
  const whole = seal(draft);
  return { ...whole, envelope: change(whole.envelope, other?.envelope ?? whole.envelope) };
}
