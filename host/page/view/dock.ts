/** The one place for what can be done now, what is being done, and how it ended. */
import { formatRate, formatSeconds } from "../../figures.js";
import type { App } from "../app.js";
import type { Board } from "../board.js";
import type { Job, Step } from "../job.js";
import { titleOf } from "../release.js";
import { button, fill, h, icon, setAttributes, setText, show } from "./dom.js";

const STEPS: Record<Step, string> = {
  load: "Loading and checking the files",
  send: "Sending",
  judge: "The board checks the release",
  wait: "The board waits for an event that the release names",
  restart: "The board restarts into the new firmware",
  trial: "On trial: the app has to say that it is well",
};

/** The steps that a strip of dots shows. */
const STRIP: { title: string; steps: Step[] }[] = [
  { title: "Check", steps: ["load"] },
  { title: "Send", steps: ["send", "judge", "wait"] },
  { title: "Restart", steps: ["restart"] },
  { title: "Trial", steps: ["trial"] },
];

export class Dock {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #outcome = h("div", { class: "outcome", attrs: { tabindex: -1 } });
  readonly #work: HTMLElement;
  readonly #bar = h("progress", {
    id: "bar",
    attrs: { max: 1, "aria-label": "Progress of the update" },
  });
  readonly #step = h("p", { class: "step" });
  readonly #figures = h("p", { class: "figures" });
  readonly #note = h("p", { class: "note" });
  readonly #strip = h("ol", { class: "strip" });
  readonly #stop: HTMLButtonElement;
  readonly #title = h("p", { class: "dock-title" });
  readonly #hint = h("p", { class: "quiet" });
  readonly #update: HTMLButtonElement;
  readonly #check: HTMLButtonElement;
  readonly #resume: HTMLButtonElement;
  readonly #give: HTMLButtonElement;
  #told: unknown = null;

  constructor(app: App) {
    this.#app = app;
    const on = (work: (board: Board) => Promise<void>) => () => {
      const board = app.selected;
      if (board) void app.run(board, () => work(board));
    };
    this.#update = button(
      "Update",
      on((board) => this.#begin((each) => board.update(each))),
      {
        look: "primary",
      },
    );
    this.#update.id = "update";
    this.#check = button(
      "Check first",
      on((board) => this.#begin((each) => board.check(each))),
    );
    this.#check.id = "check";
    this.#resume = button(
      "Resume",
      on((board) => this.#goOn(board)),
      { look: "primary" },
    );
    this.#resume.id = "resume";
    this.#give = button(
      "Give it up",
      on((board) => board.forgetJob()),
      { look: "link" },
    );
    this.#stop = button("Stop", () => app.selected?.stop());
    this.#stop.id = "stop";
    this.#work = h(
      "div",
      { class: "work" },
      this.#strip,
      this.#step,
      this.#bar,
      this.#figures,
      this.#note,
      h("div", { class: "ways inline" }, this.#stop),
    );
    this.root = h(
      "section",
      { class: "card dock", attrs: { "aria-label": "Update" } },
      this.#outcome,
      this.#work,
      this.#title,
      this.#hint,
      h("div", { class: "ways inline" }, this.#update, this.#resume, this.#check, this.#give),
    );
  }

  async #begin(work: (release: NonNullable<App["release"]>) => Promise<void>): Promise<void> {
    if (this.#app.release) await work(this.#app.release);
  }

  async #goOn(board: Board): Promise<void> {
    if (board.chosen) await board.resume();
    else {
      const connector = this.#app.connectors.find(({ kind }) => kind === board.record.kind);
      if (connector) await this.#app.add(connector);
    }
  }

  update(): void {
    const { selected: board, release } = this.#app;
    const phase = board?.phase ?? "off";
    const isReady = phase === "ready" && release !== null;
    const isStopped = phase === "interrupted" && board?.stored;
    const outcome = board?.record.outcome ?? null;
    show(this.root, board !== null && (isReady || phase === "working" || !!isStopped || !!outcome));
    show(this.#work, phase === "working");
    if (board?.job) this.#draw(board.job);
    this.#drawOutcome(board, phase === "working");
    for (const each of [this.#update, this.#check]) show(each, isReady);
    for (const each of [this.#resume, this.#give]) show(each, !!isStopped);
    const stored = isStopped ? board?.stored : null;
    const title = stored ? `${titleOf(stored.release.summary)} is half way there` : "";
    show(this.#title, title !== "");
    setText(this.#title, title);
    this.#drawButtons(board, isReady);
    const hint = stored ? resumeHint(board) : isReady ? this.#signatureHint() : "";
    show(this.#hint, hint !== "");
    setText(this.#hint, hint);
  }

  #drawButtons(board: Board | null, isReady: boolean): void {
    const { release } = this.#app;
    if (!isReady || !release || !board) return;
    const kind = board.fit(release)?.kind ?? "open";
    const title = titleOf(release.summary);
    const isNothing = kind === "runs";
    setText(
      this.#update.lastElementChild as Element,
      isNothing ? `${title} runs` : `Update to ${title.toLowerCase()}`,
    );
    this.#update.disabled = isNothing || !["fits", "open"].includes(kind);
    this.#check.disabled = ["foreign", "refused", "older"].includes(kind);
  }

  #signatureHint(): string {
    const fit = this.#app.release && this.#app.fit(this.#app.release);
    if (!fit || fit.isSignatureChecked || fit.kind === "refused") return "";
    return "The page knows no key, so it has not checked the signature. The board will.";
  }

  #draw(job: Job): void {
    const { figures, step } = job;
    setText(this.#step, job.isDry ? dryStep(step) : STEPS[step]);
    const isMeasured = step === "send" && figures.total > 0;
    if (isMeasured) this.#bar.value = figures.done / figures.total;
    else this.#bar.removeAttribute("value");
    const parts = [
      `${figures.done.toLocaleString("en")} of ${figures.total.toLocaleString("en")} bytes`,
      ...(figures.rate > 0 ? [formatRate(figures.rate)] : []),
      ...(figures.left !== null && figures.left > 0 ? [`${formatSeconds(figures.left)} left`] : []),
    ];
    show(this.#figures, step === "send" || step === "judge");
    setText(this.#figures, parts.join(" · "));
    const keep =
      "Keep this page open. The board runs its old firmware until the new one is complete and checked.";
    setText(this.#note, job.isLost ? job.note : job.isDry ? "Nothing is installed." : keep);
    this.#note.classList.toggle("warn", job.isLost);
    show(this.#strip, !job.isDry);
    const now = STRIP.findIndex(({ steps }) => steps.includes(step));
    if (this.#strip.dataset.now === String(now)) return;
    this.#strip.dataset.now = String(now);
    fill(
      this.#strip,
      STRIP.map(({ title }, i) => {
        const state = i < now ? "done" : i === now ? "now" : "";
        const attrs = { "aria-current": i === now ? "step" : null };
        return h("li", { class: state, attrs }, i < now && icon("check"), h("span", {}, title));
      }),
    );
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
    setAttributes(this.#outcome, { role: tone === "bad" ? "alert" : "status" });
    if (Date.now() - outcome.at < 2000) this.#outcome.focus({ preventScroll: true });
  }
}

function dryStep(step: Step): string {
  return step === "load" || step === "send" ? "Asking the board" : STEPS[step];
}

function resumeHint(board: Board | null): string {
  if (board?.chosen) return "It goes on where it stopped.";
  return "Choose the same board again, and it goes on where it stopped.";
}
