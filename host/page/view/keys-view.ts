/** The keys that the page checks signatures with: those of the storage, and those given here. */
import type { App } from "../app.js";
import { toSuitcaseError } from "../outcome.js";
import { button, fill, h, setText, show } from "./dom.js";

export class KeysView {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #list = h("ul", { class: "keys" });
  readonly #input: HTMLTextAreaElement;
  readonly #wrong = h("p", { class: "notice bad", attrs: { role: "alert" } });
  readonly #summary = h("summary");

  constructor(app: App) {
    this.#app = app;
    this.#input = h("textarea", { id: "key", attrs: { rows: 3, spellcheck: "false" } });
    this.root = h(
      "details",
      { class: "card keys-card" },
      this.#summary,
      h(
        "p",
        { class: "quiet" },
        "The page checks a release with these keys before it sends anything. Boards have their own, and decide by those alone.",
      ),
      this.#list,
      h(
        "label",
        { attrs: { for: "key" } },
        "Add an author's public key: the text of a .pub file, or 64 hex digits",
      ),
      this.#input,
      this.#wrong,
      h(
        "div",
        { class: "ways inline" },
        button("Add the key", () => void this.#add(), { symbol: "plus" }),
      ),
    );
    show(this.#wrong, false);
  }

  async #add(): Promise<void> {
    try {
      await this.#app.addKey(this.#input.value);
      this.#input.value = "";
      show(this.#wrong, false);
    } catch (error) {
      setText(this.#wrong, toSuitcaseError(error).message);
      show(this.#wrong, true);
    }
  }

  update(): void {
    const { ownKeys, storageKeys } = this.#app;
    const others = storageKeys.filter((key) => !ownKeys.includes(key));
    const count = ownKeys.length + others.length;
    setText(
      this.#summary,
      count === 0 ? "Keys: none" : count === 1 ? "Keys: one" : `Keys: ${count}`,
    );
    const drawn = JSON.stringify([ownKeys, others]);
    if (this.#list.dataset.drawn === drawn) return;
    this.#list.dataset.drawn = drawn;
    fill(this.#list, [
      ...ownKeys.map((key) => this.#row(key, "added here", true)),
      ...others.map((key) => this.#row(key, "named by the storage", false)),
    ]);
  }

  #row(key: string, where: string, isOwn: boolean): HTMLElement {
    const remove = button("Remove", () => void this.#app.removeKey(key));
    return h("li", {}, h("code", {}, key), h("span", { class: "quiet" }, where), isOwn && remove);
  }
}
