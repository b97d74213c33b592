/** The one place for what can be done now, what is being done, and how it ended. */
import type { App } from "../app.js";
import type { Board } from "../board.js";
import type { Fit } from "../fit.js";
import { type Release, titleOf } from "../release.js";
import { button, fill, h, icon, setAttributes, setText, show } from "./dom.js";
import { WorkView } from "./work-view.js";

/** A button, when it is there, and what it does with the chosen board. */
interface Action {
  element: HTMLButtonElement;
  isThere: boolean;
}

export class Dock {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #outcome = h("div", { class: "outcome", attrs: { tabindex: -1 } });
  readonly #work: WorkView;
  readonly #title = h("p", { class: "dock-title" });
  readonly #hint = h("p", { class: "quiet" });
  readonly #update: HTMLButtonElement;
  readonly #check: HTMLButtonElement;
  readonly #resume: HTMLButtonElement;
  readonly #give: HTMLButtonElement;
  readonly #close: HTMLButtonElement;
  #told: unknown = null;

  constructor(app: App) {
    this.#app = app;
    this.#work = new WorkView(() => app.selected?.stop());
    const primary = { look: "primary" };
    this.#update = this.#button("update", "Update", primary, (board, release) =>
      board.update(release),
    );
    this.#check = this.#button("check", "Check", {}, (board, release) => board.check(release));
    this.#resume = this.#button("resume", "Resume", primary, (board) => this.#goOn(board));
    this.#give = this.#button("give-up", "Give it up", { look: "link" }, (board) =>
      board.forgetJob(),
    );
    this.#close = button("Close", () => app.selected?.dismiss());
    this.root = h(
      "section",
      { class: "card dock", attrs: { "aria-label": "Update" } },
      this.#outcome,
      this.#work.root,
      this.#title,
      this.#hint,
      h(
        "div",
        { class: "ways inline" },
        ...[this.#update, this.#resume, this.#check, this.#give, this.#close],
      ),
    );
  }

  #button(
    id: string,
    label: string,
    look: { look?: string },
    work: (board: Board, release: Release) => Promise<void>,
  ): HTMLButtonElement {
    const click = () => {
      const { selected: board, release } = this.#app;
      const chosen = release ?? board?.stored?.release;
      if (board && chosen) void this.#app.run(board, () => work(board, chosen));
    };
    const made = button(label, click, look);
    made.id = id;
    return made;
  }

  async #goOn(board: Board): Promise<void> {
    if (board.chosen) return board.resume();
    const connector = this.#app.connectors.find(({ kind }) => kind === board.record.kind);
    if (connector) await this.#app.add(connector);
  }

  update(): void {
    const { selected: board, release } = this.#app;
    const phase = board?.phase ?? "off";
    const kind = (release && board?.fit(release)?.kind) ?? "open";
    const isReady = phase === "ready" && release !== null && kind !== "runs";
    const stored = phase === "interrupted" ? (board?.stored ?? null) : null;
    const outcome = phase === "working" ? null : (board?.record.outcome ?? null);
    const actions: Action[] = [
      { element: this.#update, isThere: isReady },
      { element: this.#check, isThere: isReady },
      { element: this.#resume, isThere: stored !== null },
      { element: this.#give, isThere: stored !== null },
      { element: this.#close, isThere: outcome !== null && !isReady && stored === null },
    ];
    for (const { element, isThere } of actions) show(element, isThere);
    show(this.root, phase === "working" || actions.some(({ isThere }) => isThere));
    this.#work.update(board?.job ?? null);
    this.#drawOutcome(board, phase === "working");
    if (isReady && release) this.#drawButtons(kind, titleOf(release.summary));
    else this.#update.disabled = this.#check.disabled = true;
    this.#say(this.#title, stored ? `${titleOf(stored.release.summary)} is half way there` : "");
    this.#say(this.#hint, stored ? resumeHint(board) : isReady ? this.#signatureHint() : "");
  }

  #say(element: HTMLElement, text: string): void {
    show(element, text !== "");
    setText(element, text);
  }

  #drawButtons(kind: Fit["kind"], title: string): void {
    setText(
      this.#update.lastElementChild as Element,
      `Update to ${title.replace(/^Version /, "").toLowerCase()}`,
    );
    const isPossible = kind === "fits" || kind === "open";
    this.#update.disabled = !isPossible;
    this.#check.disabled = !isPossible;
  }

  #signatureHint(): string {
    const fit = this.#app.release && this.#app.fit(this.#app.release);
    if (!fit || fit.isSignatureChecked || fit.kind === "refused") return "";
    return "The page knows no key, so it has not checked the signature. The board will.";
  }

  /** Takes the focus once when something ended, so that it is read and the next key is near. */
  #drawOutcome(board: Board | null, isWorking: boolean): void {
    const outcome = isWorking ? null : (board?.record.outcome ?? null);
    show(this.#outcome, outcome !== null);
    if (outcome === this.#told) return;
    this.#told = outcome;
    if (outcome === null) return;
    const { tone, title, text, advice } = outcome;
    this.#outcome.className = `outcome ${tone}`;
    setAttributes(this.#outcome, { role: tone === "bad" ? "alert" : "status" });
    fill(this.#outcome, [
      icon(tone === "good" ? "check" : tone === "bad" ? "cross" : "clock"),
      h(
        "div",
        {},
        h("h3", {}, title),
        text !== "" && h("p", {}, text),
        advice !== "" && h("p", { class: "quiet" }, advice),
      ),
    ]);
    if (Date.now() - outcome.at < 2000) this.#outcome.focus({ preventScroll: true });
  }
}

function resumeHint(board: Board | null): string {
  if (board?.chosen) return "It goes on where it stopped.";
  return "Choose the same board again, and it goes on where it stopped.";
}
