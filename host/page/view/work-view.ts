/** A check or an update while it runs: its steps, the bar, figures, and the way to stop it. */
import { formatRate, formatSeconds } from "../../figures.js";
import type { Job, Step } from "../job.js";
import { button, fill, h, icon, setText, show } from "./dom.js";

const STEPS: Record<Step, string> = {
  load: "Loading and checking the files",
  send: "Sending",
  judge: "The board checks the release",
  wait: "The board waits for an event that the release names",
  restart: "The board restarts into the new firmware",
  trial: "On trial: the app has to say that it is well",
};
/** The steps of a dry run that are called otherwise. */
const DRY_STEPS: Partial<Record<Step, string>> = {
  load: "Asking the board",
  send: "Asking the board",
};

/** The steps that a strip of four shows. */
const STRIP: { title: string; steps: Step[] }[] = [
  { title: "Check", steps: ["load"] },
  { title: "Send", steps: ["send", "judge", "wait"] },
  { title: "Restart", steps: ["restart"] },
  { title: "Trial", steps: ["trial"] },
];

const KEEP_OPEN =
  "Keep this page open. The board runs its old firmware until the new one is complete and checked.";
const RESTARTS =
  "Keep this page near. If the new firmware is not well, the board goes back by itself.";

export class WorkView {
  readonly root: HTMLElement;
  readonly #bar = h("progress", {
    id: "bar",
    attrs: { max: 1, "aria-label": "Progress of the update" },
  });
  readonly #step = h("p", { class: "step" });
  readonly #figures = h("p", { class: "figures" }, h("span"), h("span"), h("span"));
  readonly #note = h("p", { class: "note" });
  readonly #strip = h("ol", { class: "strip" });

  constructor(stop: () => void) {
    const stopButton = button("Stop", stop);
    stopButton.id = "stop";
    this.root = h(
      "div",
      { class: "work" },
      ...[this.#strip, this.#step, this.#bar, this.#figures, this.#note],
      h("div", { class: "ways inline" }, stopButton),
    );
  }

  update(job: Job | null): void {
    show(this.root, job !== null);
    if (!job) return;
    const { step, isDry, isLost } = job;
    setText(this.#step, isLost ? "The link is lost" : (isDry && DRY_STEPS[step]) || STEPS[step]);
    const isEnd = step === "restart" || step === "trial";
    setText(
      this.#note,
      isLost ? job.note : isDry ? "Nothing is installed." : isEnd ? RESTARTS : KEEP_OPEN,
    );
    this.#note.classList.toggle("warn", isLost);
    this.#drawFigures(job);
    this.#drawStrip(job);
  }

  #drawFigures({ step, figures: { done, total, rate, left } }: Job): void {
    if (step === "send" && total > 0) this.#bar.value = done / total;
    else this.#bar.removeAttribute("value");
    const parts = [
      `${done.toLocaleString("en")} of ${total.toLocaleString("en")} bytes`,
      rate > 0 ? formatRate(rate) : "",
      left ? `${formatSeconds(left)} left` : "",
    ];
    show(this.#figures, step === "send" || step === "judge");
    parts.forEach((part, i) => {
      setText(this.#figures.children[i] as Element, part);
    });
  }

  #drawStrip({ step, isDry }: Job): void {
    show(this.#strip, !isDry);
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
}
