/** What the chosen board tells of itself. */

import type { StatusReport } from "../../status-report.js";
import type { App } from "../app.js";
import type { Board } from "../board.js";
import { shown } from "../shown.js";
import { firmwareName, securityOf, slotLetter, troubles } from "../words.js";
import { button, fill, h, icon, setText, show } from "./dom.js";

type Fact = [name: string, value: string];

export class BoardView {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #name = h("bdi");
  readonly #kind = h("p", { class: "quiet" });
  readonly #connect: HTMLButtonElement;
  readonly #disconnect: HTMLButtonElement;
  readonly #forget: HTMLButtonElement;
  readonly #body = h("div", { class: "stack" });
  readonly #details: HTMLDetailsElement;
  readonly #more = h("dl", { class: "facts" });
  #drawn: string | null = null;

  constructor(app: App) {
    this.#app = app;
    const on = (work: (board: Board) => void) => () => app.selected && work(app.selected);
    this.#connect = button(
      "Connect",
      on((board) => void app.connect(board)),
      { look: "primary" },
    );
    this.#disconnect = button(
      "Disconnect",
      on((board) => void board.disconnect()),
    );
    this.#forget = button(
      "Forget this board",
      on((board) => void app.forget(board)),
      {
        look: "link",
      },
    );
    this.#details = h(
      "details",
      { class: "more" },
      h("summary", {}, "Details"),
      this.#more,
      this.#forget,
    );
    this.root = h(
      "section",
      { class: "card board", attrs: { "aria-labelledby": "board-title" } },
      h(
        "div",
        { class: "head" },
        h("div", {}, h("h2", { id: "board-title" }, this.#name), this.#kind),
        this.#connect,
        this.#disconnect,
      ),
      this.#body,
      this.#details,
    );
  }

  update(): void {
    const board = this.#app.selected;
    show(this.root, board !== null);
    if (board === null) return;
    setText(this.#name, board.record.name);
    setText(this.#kind, kindLine(board));
    const isIdle = board.phase === "off" || board.phase === "interrupted";
    show(this.#connect, isIdle && board.chosen !== null && !board.isConnected);
    show(this.#disconnect, board.phase === "ready");
    show(this.#forget, board.phase !== "working" && board.phase !== "connecting");
    this.#draw(board.report);
  }

  /** Drawn anew only when something in it changed, so that a reader is not interrupted. */
  #draw(report: StatusReport | null): void {
    const { releases } = this.#app;
    const drawn = JSON.stringify([report, releases.map(({ summary }) => summary.digest)]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    show(this.#details, report !== null);
    fill(this.#body, report ? this.#parts(report) : []);
    if (report) fill(this.#more, pairs(details(report)));
  }

  #parts(report: StatusReport): HTMLElement[] {
    return [
      factList(this.#mainFacts(report)),
      securityBox(report),
      ...troubles(report).map(({ title, text, advice }) =>
        h(
          "div",
          { class: "box warn" },
          icon("warning"),
          h("div", {}, h("h3", {}, title), h("p", {}, text), h("p", { class: "quiet" }, advice)),
        ),
      ),
    ];
  }

  #mainFacts(report: StatusReport): Fact[] {
    const { running, other, trial } = report;
    const name = (slot: NonNullable<typeof running>) => firmwareName(slot, this.#app.releases);
    if (running === null) return [];
    const state = trial ? `On trial, boot ${trial.boot}: not confirmed yet` : "Confirmed";
    return [
      ["Runs", `${name(running)}, in slot ${slotLetter(running.slot)}`],
      ["State", state],
      [
        `Slot ${slotLetter(1 - running.slot)}`,
        other ? `${name(other)}, whole` : "Empty, or not complete",
      ],
    ];
  }
}

function kindLine({ report, record, isConnected, phase }: Board): string {
  const kind = report?.profile ? shown(report.profile, 20) : "Board";
  const link = record.kind === "ble" ? "Bluetooth" : "cable";
  if (phase === "connecting") return `${kind}, connecting by ${link}…`;
  return isConnected ? `${kind}, connected by ${link}` : `${kind}, not connected`;
}

function securityBox(report: StatusReport): HTMLElement {
  const { isSecure, title, text } = securityOf(report);
  const tone = isSecure === false ? "bad" : isSecure ? "good" : "warn";
  const words = h("div", {}, h("h3", {}, title), text !== "" && h("p", {}, text));
  return h(
    "div",
    { class: `box ${tone}`, id: "security" },
    icon(isSecure ? "shield" : "warning"),
    words,
  );
}

function details(report: StatusReport): Fact[] {
  const { running, floor, slotSize, free } = report;
  const sequence = running ? `${running.sequence}` : "unknown";
  return [
    ["Sequence", `${sequence}; nothing below ${floor ?? "?"} is taken`],
    ["Manifest", running?.digest ?? ""],
    ["Device", report.device],
    ["Vendor", report.vendor],
    ["Class", report.class],
    ["Slot", slotSize === null ? "" : `${slotSize.toLocaleString("en")} bytes`],
    ["Agent", report.agent === "" ? "" : `version ${shown(report.agent, 20)}`],
    ["Memory", free === null ? "" : `${free.toLocaleString("en")} free`],
  ];
}

const factList = (facts: Fact[]) => h("dl", { class: "facts" }, ...pairs(facts));

const pairs = (facts: Fact[]) =>
  facts
    .filter(([, value]) => value !== "")
    .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
