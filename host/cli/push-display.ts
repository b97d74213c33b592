/** What a push or a dry run tells while it runs, as lines and bars on stderr. */
import type { Spent } from "../link/poll.js";
import type { PushEvent } from "../push-types.js";
import { printable } from "../suit/printable.js";
import type { LinkContext } from "./context.js";
import { ProgressBar } from "./progress.js";

function sentence(event: Exclude<PushEvent, { type: "envelope" | "payload" }>): string {
  switch (event.type) {
    case "connected":
      return `Connected to ${event.board}.`;
    case "running":
      return `Sequence ${event.state.sequence} runs there.`;
    case "checking":
      return "The board checks the manifest.";
    case "holding":
      return "The app leaves too little memory for an update: the board restarts without it.";
    case "waiting":
      return "The board waits for an event that the manifest names.";
    case "wanted":
      return `The board asks for "${printable(event.uri)}".`;
    case "staged":
      return `Staged${event.spent ? ` (${spentText(event.spent)})` : ""}; the board resets.`;
    case "trial":
      return `On trial, boot ${event.boot}.`;
    case "setback":
      return `${event.reason.message} Going on.`;
  }
}

/** What an update cost the flash. */
export const spentText = ({ erases, words }: Spent): string =>
  `${erases} blocks erased, ${words} words written`;

/** Events as lines and bars. */
export class PushDisplay {
  readonly #context: LinkContext;
  #bar: ProgressBar | null = null;
  #label = "";

  constructor(context: LinkContext) {
    this.#context = context;
  }

  event(event: PushEvent): void {
    if (event.type === "envelope") this.#progress("envelope", event.done, event.total);
    else if (event.type === "payload") this.#progress(event.uri, event.done, event.total);
    else this.#say(sentence(event));
  }

  end(): void {
    this.#bar?.end();
    this.#bar = null;
    this.#label = "";
  }

  #say(text: string): void {
    this.end();
    this.#context.err.write(`${text}\n`);
  }

  #progress(label: string, done: number, total: number): void {
    if (label !== this.#label) {
      this.end();
      // a URI comes from the board: shown as text, and short
      const name = label.replace(/[^ -~]/g, "?").slice(-24);
      this.#bar = new ProgressBar(name, this.#context.err);
      this.#label = label;
    }
    this.#bar?.update(done, total);
  }
}
