/** What a push or a dry run tells while it runs, as lines and bars on stderr. */
import type { PushEvent } from "../push-types.js";
import { eventSentence } from "../push-words.js";
import type { LinkContext } from "./context.js";
import { ProgressBar } from "./progress.js";

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
    else this.#say(eventSentence(event));
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
