/** The page as a whole: puts the parts in their places and draws what changed, once a frame. */
import type { App } from "../app.js";
import { BoardView } from "./board-view.js";
import { BoardsView } from "./boards-view.js";
import { Dock } from "./dock.js";
import { h, setText } from "./dom.js";
import { KeysView } from "./keys-view.js";
import { ReleasesView } from "./releases-view.js";

export class PageView {
  readonly #parts: { root: HTMLElement; update(): void }[];
  /** What screen readers say when it changes: not every byte, but every step and each tenth. */
  readonly #live = h("p", {
    class: "visually-hidden",
    id: "live",
    attrs: { "aria-live": "polite" },
  });
  #isDue = false;
  #tenth = -1;
  readonly #app: App;

  constructor(app: App, main: HTMLElement) {
    this.#app = app;
    const boards = new BoardsView(app);
    const board = new BoardView(app);
    const releases = new ReleasesView(app);
    const keys = new KeysView(app);
    const dock = new Dock(app);
    this.#parts = [boards, board, releases, keys, dock];
    const aside = h("div", { class: "column aside" }, boards.root);
    const column = h("div", { class: "column" }, board.root, releases.root, dock.root, keys.root);
    main.replaceChildren(aside, column, this.#live);
    this.update();
  }

  /** Draws soon. */
  due(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => {
      if (!this.#isDue) return;
      this.#isDue = false;
      this.update();
    };
    requestAnimationFrame(draw);
    // a page in the background has no frames
    setTimeout(draw, 250);
  }

  update(): void {
    for (const part of this.#parts) part.update();
    this.#sayProgress();
  }

  say(text: string): void {
    setText(this.#live, text);
  }

  #sayProgress(): void {
    const job = this.#app.selected?.job;
    const { done, total } = job?.figures ?? { done: 0, total: 0 };
    const tenth = !job || total === 0 ? -1 : Math.floor((10 * done) / total);
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    if (job && job.step === "send" && tenth > 0) this.say(`${tenth * 10} percent sent.`);
  }
}
