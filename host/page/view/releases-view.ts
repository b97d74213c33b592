/** The releases of the storage and those that were opened here; one is chosen. */
import type { App } from "../app.js";
import type { Fit } from "../fit.js";
import { type Release, titleOf } from "../release.js";
import { shown } from "../shown.js";
import { button, fill, h, icon, setText, show } from "./dom.js";

const TAGS: Record<Fit["kind"], { text: string; tone: string }> = {
  fits: { text: "For this board", tone: "good" },
  runs: { text: "Runs now", tone: "good" },
  older: { text: "Older", tone: "plain" },
  foreign: { text: "For other boards", tone: "plain" },
  open: { text: "The board decides", tone: "plain" },
  refused: { text: "Not acceptable", tone: "bad" },
};

class Choice {
  readonly root: HTMLLIElement;
  readonly #input: HTMLInputElement;
  readonly #tag = h("span", { class: "tag" });
  readonly #why = h("p", { class: "why" });

  constructor(release: Release, choose: () => void) {
    const { summary, name } = release;
    this.#input = h("input", {
      attrs: { type: "radio", name: "release" },
      on: { change: choose },
    });
    const about = `Sequence ${summary.sequence} · ${summary.components.join(", ")} · `;
    const texts = summary.texts.map(({ about: what, text }) =>
      h("p", { class: "told" }, h("span", { class: "quiet" }, `${what}: `), h("bdi", {}, text)),
    );
    const words = h(
      "span",
      { class: "row-words" },
      h("span", { class: "row-name" }, titleOf(summary), this.#tag),
      h("span", { class: "row-line" }, about, h("bdi", {}, name)),
      ...texts,
      this.#why,
    );
    this.root = h("li", {}, h("label", { class: "row" }, this.#input, words));
  }

  update(isChosen: boolean, isAsked: boolean, fit: Fit | null): void {
    this.#input.checked = isChosen;
    const tag = fit && TAGS[fit.kind];
    show(this.#tag, tag !== null);
    const isWanted = isAsked && fit?.kind === "fits";
    setText(this.#tag, isWanted ? "The board asks for it" : (tag?.text ?? ""));
    this.#tag.className = `tag ${tag?.tone ?? ""}`;
    const isWrong = fit !== null && ["refused", "open"].includes(fit.kind);
    const why = fit && isWrong ? `${shown(fit.sentence)} ${fit.advice}` : "";
    show(this.#why, why !== "");
    setText(this.#why, why);
  }
}

export class ReleasesView {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #choices = new Map<Release, Choice>();
  readonly #list = h("ul", {
    class: "rows",
    attrs: { role: "radiogroup", "aria-label": "Releases" },
  });
  readonly #others = h("ul", { class: "rows" });
  readonly #rest: HTMLDetailsElement;
  readonly #restTitle = h("summary");
  readonly #state = h("p", { class: "quiet" });
  readonly #problems = h("ul", { class: "problems" });

  constructor(app: App) {
    this.#app = app;
    const picker = h("input", {
      id: "files",
      class: "visually-hidden",
      attrs: {
        type: "file",
        multiple: true,
        accept: ".suit,.bin",
        tabindex: -1,
        "aria-hidden": "true",
      },
      on: { change: () => void this.#open(picker) },
    });
    const open = button("Open a file…", () => picker.click(), { symbol: "file" });
    const reload = button("Reload", () => void app.reload(), { symbol: "refresh" });
    this.#rest = h("details", { class: "more" }, this.#restTitle, this.#others);
    this.root = h(
      "section",
      { class: "card releases", attrs: { "aria-labelledby": "releases-title" } },
      h("h2", { id: "releases-title" }, "Releases"),
      this.#list,
      this.#state,
      this.#rest,
      this.#problems,
      h("div", { class: "ways inline" }, open, reload, picker),
    );
  }

  async #open(picker: HTMLInputElement): Promise<void> {
    const files = await Promise.all(
      [...(picker.files ?? [])].map(async (file) => ({
        name: file.name,
        bytes: new Uint8Array(await file.arrayBuffer()),
      })),
    );
    picker.value = "";
    if (files.length > 0) await this.#app.open(files);
  }

  update(): void {
    const { releases, problems, selected } = this.#app;
    for (const release of [...this.#choices.keys()])
      if (!releases.includes(release)) this.#choices.delete(release);
    const rows = releases.map((release) => ({ release, fit: this.#app.fit(release) }));
    const isAside = (fit: Fit | null) => fit?.kind === "foreign" || fit?.kind === "older";
    const aside = rows.filter(({ fit }) => isAside(fit));
    const first = rows.filter(({ fit }) => !isAside(fit));
    fill(
      this.#list,
      first.map((row) => this.#choice(row)),
    );
    fill(
      this.#others,
      aside.map((row) => this.#choice(row)),
    );
    show(this.#list, first.length > 0);
    show(this.#rest, aside.length > 0);
    setText(this.#restTitle, `${aside.length} older, or for other boards`);
    const nothing = selected?.report
      ? "No release here is new to this board."
      : "No release lies in the storage beside this page.";
    const state =
      problems === null ? "Loading the list of releases…" : first.length === 0 ? nothing : "";
    show(this.#state, state !== "");
    setText(this.#state, state);
    show(this.#problems, (problems ?? []).length > 0);
    fill(
      this.#problems,
      (problems ?? []).map((text) => h("li", {}, icon("warning"), h("span", {}, text))),
    );
  }

  #choice({ release, fit }: { release: Release; fit: Fit | null }): HTMLElement {
    const choice =
      this.#choices.get(release) ?? new Choice(release, () => this.#app.choose(release));
    this.#choices.set(release, choice);
    choice.update(this.#app.release === release, this.#app.asked === release, fit);
    return choice.root;
  }
}
