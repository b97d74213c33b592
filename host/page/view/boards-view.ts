/** The boards that were chosen, the state of each, and the ways to choose another. */
import type { App } from "../app.js";
import type { Board } from "../board.js";
import type { Connector, LinkKind } from "../chosen.js";
import { boardLine, securityOf } from "../words.js";
import { button, fill, h, setAttributes, setText, show } from "./dom.js";

const NO_LINK =
  "This browser can reach neither Bluetooth nor serial ports. Open the page in Chrome, Edge or " +
  "Opera on Android, Windows, macOS, ChromeOS or Linux; on an iPhone in a browser with Web Bluetooth.";

const CONNECT: Record<LinkKind, string> = {
  ble: "Connect by Bluetooth",
  serial: "Connect by cable",
};
/** Beside a board that is there already. */
const ADD: Record<LinkKind, string> = { ble: "Bluetooth", serial: "Cable" };

class Row {
  readonly root: HTMLLIElement;
  readonly #button: HTMLButtonElement;
  readonly #name = h("bdi");
  readonly #tag = h("span", { class: "tag bad" }, "Not secure");
  readonly #line = h("span", { class: "row-line" });
  readonly #dot = h("span", { class: "dot" });

  constructor(choose: () => void) {
    const words = h(
      "span",
      { class: "row-words" },
      h("span", { class: "row-name" }, this.#name, this.#tag),
      this.#line,
    );
    const props = { class: "row", attrs: { type: "button" }, on: { click: choose } };
    this.#button = h("button", props, this.#dot, words);
    this.root = h("li", {}, this.#button);
  }

  update(board: Board, app: App): void {
    const { tone, text } = boardLine(board, app.releases);
    setText(this.#name, board.record.name);
    setText(this.#line, text);
    show(this.#tag, board.report !== null && securityOf(board.report).isSecure === false);
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
  readonly #another = h("p", { class: "quiet" }, "Add another board by");
  readonly #buttons: HTMLButtonElement[];
  readonly #other: HTMLButtonElement;

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
    this.#other = button("My board is not in the list", () => ble && void app.add(ble, true), {
      look: "link",
    });
    show(this.#other, ble !== undefined);
    this.#ways = h(
      "div",
      { class: "ways" },
      ...this.#buttons,
      app.connectors.length === 0 && h("p", { class: "notice" }, NO_LINK),
    );
    const attrs = { "aria-labelledby": "boards-title" };
    const parts = [
      this.#title,
      this.#hero,
      this.#list,
      this.#another,
      this.#ways,
      this.#other,
      this.#trouble,
    ];
    this.root = h("section", { class: "card boards", attrs }, ...parts);
  }

  #way(connector: Connector): HTMLButtonElement {
    const { kind } = connector;
    const symbol = kind === "ble" ? "bluetooth" : "cable";
    const made = button(CONNECT[kind], () => void this.#app.add(connector), { symbol });
    made.id = `connect-${kind}`;
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
    show(this.#another, !isEmpty && this.#buttons.length > 0);
    // with boards in the list the ways to more of them step back
    this.#ways.classList.toggle("inline", !isEmpty);
    this.#app.connectors.forEach(({ kind }, i) => {
      const made = this.#buttons[i] as HTMLButtonElement;
      made.classList.toggle("primary", isEmpty && i === 0);
      setText(made.lastElementChild as Element, isEmpty ? CONNECT[kind] : ADD[kind]);
      setAttributes(made, { "aria-label": isEmpty ? null : `Add a board: ${CONNECT[kind]}` });
    });
    show(this.#trouble, trouble !== null);
    setText(this.#trouble, trouble ?? "");
  }

  #row(board: Board): Row {
    const row = this.#rows.get(board) ?? new Row(() => this.#app.select(board));
    this.#rows.set(board, row);
    row.update(board, this.#app);
    return row;
  }
}
