/** The boards that were chosen, the state of each, and the ways to choose another. */
import type { App } from "../app.js";
import type { Board } from "../board.js";
import type { Connector } from "../chosen.js";
import { boardLine } from "../words.js";
import { button, fill, h, setAttributes, setText, show } from "./dom.js";

const NO_LINK =
  "This browser can reach neither Bluetooth nor serial ports. Open the page in Chrome, Edge or " +
  "Opera on Android, Windows, macOS, ChromeOS or Linux; on an iPhone in a browser with Web Bluetooth.";

class Row {
  readonly root: HTMLLIElement;
  readonly #button: HTMLButtonElement;
  readonly #name = h("bdi", { class: "row-name" });
  readonly #line = h("span", { class: "row-line" });
  readonly #dot = h("span", { class: "dot" });

  constructor(choose: () => void) {
    const words = h("span", { class: "row-words" }, this.#name, this.#line);
    const props = { class: "row", attrs: { type: "button" }, on: { click: choose } };
    this.#button = h("button", props, this.#dot, words);
    this.root = h("li", {}, this.#button);
  }

  update(board: Board, app: App): void {
    const { tone, text } = boardLine(board, app.releases);
    setText(this.#name, board.record.name);
    setText(this.#line, text);
    this.#dot.className = `dot ${tone}`;
    setAttributes(this.#button, { "aria-current": app.selected === board ? "true" : null });
  }
}

export class BoardsView {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #rows = new Map<Board, Row>();
  readonly #list = h("ul", { class: "rows" });
  readonly #hero: HTMLElement;
  readonly #ways: HTMLElement;
  readonly #title = h("h2", { id: "boards-title" }, "Boards");
  readonly #trouble = h("p", { class: "notice bad", attrs: { role: "alert" } });
  readonly #buttons: HTMLButtonElement[];

  constructor(app: App) {
    this.#app = app;
    this.#hero = h(
      "div",
      { class: "hero" },
      h("p", { class: "lead" }, "Update a board from here."),
      h(
        "p",
        { class: "quiet" },
        "Choose it below. You see what runs on it, check a release, and install it. The board itself decides what it takes.",
      ),
    );
    this.#buttons = app.connectors.map((each) => this.#way(each));
    const ble = app.connectors.find(({ kind }) => kind === "ble");
    this.#ways = h(
      "div",
      { class: "ways" },
      ...this.#buttons,
      app.connectors.length === 0 && h("p", { class: "notice" }, NO_LINK),
      ble && button("My board is not in the list", () => void app.add(ble, true), { look: "link" }),
    );
    const attrs = { "aria-labelledby": "boards-title" };
    const parts = [this.#title, this.#hero, this.#list, this.#ways, this.#trouble];
    this.root = h("section", { class: "card boards", attrs }, ...parts);
  }

  #way(connector: Connector): HTMLButtonElement {
    const isBle = connector.kind === "ble";
    const label = isBle ? "Connect by Bluetooth" : "Connect by cable";
    const made = button(label, () => void this.#app.add(connector), {
      look: isBle ? "primary" : "",
      symbol: isBle ? "bluetooth" : "cable",
    });
    made.id = `connect-${connector.kind}`;
    return made;
  }

  update(): void {
    const { boards, trouble } = this.#app;
    for (const board of [...this.#rows.keys()])
      if (!boards.includes(board)) this.#rows.delete(board);
    fill(
      this.#list,
      boards.map((board) => this.#row(board).root),
    );
    const isEmpty = boards.length === 0;
    show(this.#hero, isEmpty);
    show(this.#list, !isEmpty);
    const [first] = this.#buttons;
    first?.classList.toggle("primary", isEmpty);
    if (first) setText(first.lastElementChild as Element, this.#label(isEmpty));
    show(this.#trouble, trouble !== null);
    setText(this.#trouble, trouble ?? "");
  }

  #label(isEmpty: boolean): string {
    const isBle = this.#app.connectors[0]?.kind === "ble";
    if (!isBle) return "Connect by cable";
    return isEmpty ? "Connect by Bluetooth" : "Add another board";
  }

  #row(board: Board): Row {
    const row = this.#rows.get(board) ?? new Row(() => this.#app.select(board));
    this.#rows.set(board, row);
    row.update(board, this.#app);
    return row;
  }
}
