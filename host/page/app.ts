/** What the page holds: boards, releases, keys, and which of them is chosen. Knows no document. */

import { pulledLocation } from "../storage/manifest-uri.js";
import { Board, type BoardRecord, type Surroundings } from "./board.js";
import type { Chosen, Connector } from "./chosen.js";
import { download } from "./download.js";
import type { Fit } from "./fit.js";
import type { StoredJob } from "./job.js";
import { keyBytes, parseKey } from "./keys.js";
import { toSuitcaseError } from "./outcome.js";
import { makeRelease, type Release } from "./release.js";
import { shown } from "./shown.js";
import { type Found, findReleases, openFiles } from "./storage.js";
import type { Store } from "./store.js";

export interface AppOptions extends Omit<Surroundings, "keys" | "changed"> {
  connectors: Connector[];
  /** The address of the storage folder. */
  storage: string;
  changed: () => void;
  /** Says something to those who do not see the page. */
  announce: (text: string) => void;
}

const RECORDS = "boards";
const KEYS = "keys";

export class App {
  readonly connectors: Connector[];
  boards: Board[] = [];
  selected: Board | null = null;
  releases: Release[] = [];
  release: Release | null = null;
  /** How the list of the storage came out: null while it is loading. */
  problems: string[] | null = null;
  /** Named by the storage, and given by the user; hex. */
  storageKeys: string[] = [];
  ownKeys: string[] = [];
  /** What went wrong outside any board. */
  trouble: string | null = null;
  readonly #options: AppOptions;
  readonly #store: Store;
  readonly #around: Surroundings;
  /** The list of boards as it was stored last. */
  #kept = "";

  constructor(options: AppOptions) {
    this.#options = options;
    this.#store = options.store;
    this.connectors = options.connectors;
    const keys = () => [...new Set([...this.ownKeys, ...this.storageKeys])].map(keyBytes);
    this.#around = { ...options, keys, changed: () => this.#changed() };
  }

  /** Takes up what an earlier visit left, then the releases of the storage. */
  async start(): Promise<void> {
    this.ownKeys = ((await this.#store.get(KEYS)) as string[] | undefined) ?? [];
    const records = ((await this.#store.get(RECORDS)) as BoardRecord[] | undefined) ?? [];
    const known = (await Promise.all(this.connectors.map((each) => each.known()))).flat();
    for (const record of records) {
      const job = (await this.#store.get(`job ${record.id}`)) as StoredJob | undefined;
      const board = new Board(this.#around, record, job ?? null);
      const chosen = known.find(({ kind, key }) => kind === record.kind && key === record.key);
      if (chosen) board.attach(chosen);
      this.boards.push(board);
    }
    this.selected = this.boards.find(({ stored }) => stored) ?? this.boards[0] ?? null;
    this.#options.changed();
    // what was interrupted can go on before the storage answers, and without it
    const { selected } = this;
    if (selected?.stored && selected.chosen) void this.connect(selected);
    await this.reload();
  }

  /** Reads the list of releases again. */
  async reload(): Promise<void> {
    this.problems = null;
    this.#options.changed();
    try {
      this.#found(await findReleases(this.#options.storage));
    } catch (error) {
      this.problems = [toSuitcaseError(error).message];
    }
    this.#preselect();
    this.#options.changed();
  }

  #found({ releases, keys, problems }: Found): void {
    const opened = this.releases.filter(({ url }) => url === null);
    this.releases = [...opened, ...releases];
    this.storageKeys = keys.map((key) => key.toLowerCase());
    this.problems = problems;
    const same = (each: Release) => each.name === this.release?.name;
    this.release = this.releases.find(same) ?? null;
  }

  /** Files from this phone or computer, in front of those of the storage. */
  async open(files: { name: string; bytes: Uint8Array }[]): Promise<void> {
    const { releases, problems } = await openFiles(files);
    const names = releases.map(({ name }) => name);
    const others = this.releases.filter(({ url, name }) => url !== null || !names.includes(name));
    this.releases = [...releases, ...others];
    this.trouble = problems.join(" ") || null;
    if (releases[0]) this.release = releases[0];
    this.#options.changed();
  }

  /** The release that the chosen board itself asks for, where it lies in the storage. */
  get asked(): Release | null {
    const url = this.selected && this.#addressOf(this.selected);
    return this.releases.find((each) => url !== null && each.url === url) ?? null;
  }

  /** Null for a board that names nothing, or what lies elsewhere: it is not to make the page fetch that. */
  #addressOf({ asksFor }: Board): string | null {
    try {
      return asksFor === "" ? null : pulledLocation(asksFor, this.#options.storage);
    } catch {
      return null;
    }
  }

  /** Gets what the board asks for when the list of the storage does not have it. */
  async #pull(board: Board): Promise<void> {
    const url = this.#addressOf(board);
    if (url === null || this.releases.some((each) => each.url === url)) return;
    try {
      this.releases.push(await makeRelease(shown(board.asksFor, 80), url, await download(url)));
    } catch (error) {
      this.trouble = `The board asks for ${shown(board.asksFor, 80)}. ${toSuitcaseError(error).message}`;
    }
  }

  /** What the chosen board asks for, or the newest release that it would take. */
  #preselect(): void {
    const board = this.selected;
    if (!board?.report || this.release?.url === null) return;
    const { asked } = this;
    if (asked && board.fit(asked)?.kind === "fits") {
      this.release = asked;
      return;
    }
    const kinds = ["fits", "open", "runs"];
    const rank = (release: Release) => kinds.indexOf(board.fit(release)?.kind ?? "");
    const able = this.releases.filter((each) => rank(each) >= 0);
    able.sort((a, b) => rank(a) - rank(b) || b.summary.sequence - a.summary.sequence);
    if (!this.release || rank(this.release) !== 0) this.release = able[0] ?? this.release;
  }

  fit(release: Release): Fit | null {
    return this.selected?.fit(release) ?? null;
  }

  select(board: Board): void {
    this.selected = board;
    this.#preselect();
    this.#options.changed();
  }

  choose(release: Release): void {
    this.release = release;
    this.#options.changed();
  }

  /** Asks for a board and connects to it; must be called within a click. */
  async add(connector: Connector, everything = false): Promise<void> {
    this.trouble = null;
    try {
      const chosen = await connector.choose({ everything });
      if (chosen) await this.#take(chosen);
    } catch (error) {
      const { message, advice } = toSuitcaseError(error);
      this.trouble = `${message} ${advice}`;
      this.#options.changed();
    }
  }

  async #take(chosen: Chosen): Promise<void> {
    const same = this.boards.find(
      ({ record: { kind, key } }) => kind === chosen.kind && key === chosen.key,
    );
    if (same?.isBusy) return this.select(same);
    const board = same ?? Board.of(this.#around, chosen);
    if (same) same.attach(chosen);
    else this.boards.push(board);
    this.selected = board;
    await this.connect(board);
  }

  /** Connects; an update that was interrupted goes on at once. */
  async connect(board: Board): Promise<void> {
    if (board.isBusy) return;
    const { name } = board.record;
    this.#options.announce(`Connecting to ${name}.`);
    const how = await board.connect();
    if (how === "stranger" && board.chosen) return this.#meetStranger(board, board.chosen);
    if (how === "failed") {
      this.#options.announce(board.record.outcome?.title ?? "");
      if (board.record.id === "" && board.report === null) this.#keepFailed(board);
      return;
    }
    const before = this.boards.find((each) => each !== board && each.record.id === board.record.id);
    if (before) return this.#merge(before, board);
    await this.#ready(board);
  }

  /** A board that never told who it is stays in the list only until the next one is chosen. */
  #keepFailed(board: Board): void {
    this.boards = this.boards.filter((each) => each === board || each.record.id !== "");
    this.#changed();
  }

  /** Another device identifier behind the same name: the board was provisioned anew, or swapped. */
  async #meetStranger(board: Board, chosen: Chosen): Promise<void> {
    board.chosen = null;
    board.record.key = "";
    const stranger = Board.of(this.#around, chosen);
    this.boards.push(stranger);
    this.selected = stranger;
    this.#options.announce("This is another board than the one known by that name.");
    await this.connect(stranger);
  }

  /** The same board, reached in another way than before. */
  async #merge(before: Board, board: Board): Promise<void> {
    this.boards = this.boards.filter((each) => each !== board);
    before.takeOver(board);
    this.selected = before;
    await this.#ready(before);
  }

  async #ready(board: Board): Promise<void> {
    this.#options.announce(`${board.record.name} is connected.`);
    await this.#pull(board);
    this.#preselect();
    this.#changed();
    if (board.stored) await this.run(board, () => board.resume());
  }

  /** Runs something that ends with an outcome, and says it. */
  async run(board: Board, work: () => Promise<void>): Promise<void> {
    await work();
    const { outcome } = board.record;
    if (outcome) this.#options.announce(`${outcome.title}. ${outcome.text}`);
    this.#changed();
  }

  /** The page is seen again, or the network is back: what was interrupted goes on by itself. */
  async wake(): Promise<void> {
    for (const board of this.boards)
      if (board.phase === "interrupted" && board.chosen && board.isAutomatic)
        await this.run(board, () => board.resume());
  }

  async forget(board: Board): Promise<void> {
    await board.forgetJob();
    await board.disconnect();
    this.boards = this.boards.filter((each) => each !== board);
    if (this.selected === board) this.selected = this.boards[0] ?? null;
    this.#changed();
  }

  /** @throws NOT_A_KEY, KEY_IS_PRIVATE, KEY_TYPE */
  async addKey(text: string): Promise<void> {
    this.ownKeys = [...new Set([...this.ownKeys, parseKey(text)])];
    await this.#keepKeys();
  }

  async removeKey(key: string): Promise<void> {
    this.ownKeys = this.ownKeys.filter((each) => each !== key);
    await this.#keepKeys();
  }

  async #keepKeys(): Promise<void> {
    await this.#store.set(KEYS, this.ownKeys);
    this.#options.changed();
  }

  #changed(): void {
    const records = this.boards.map(({ record }) => record).filter(({ id }) => id !== "");
    const text = JSON.stringify(records);
    if (text !== this.#kept) void this.#store.set(RECORDS, records).catch(() => {});
    this.#kept = text;
    this.#options.changed();
  }
}
