/** One line that shows how far a transfer is: on a terminal rewritten, elsewhere every tenth. */
import { formatRate, formatSeconds } from "../figures.js";

export interface ProgressState {
  label: string;
  done: number;
  total: number;
  /** Where it began: what the board had already does not count for the rate. */
  start: number;
  seconds: number;
}

/** The line for a terminal of `columns`. */
export function formatProgress(state: ProgressState, columns = 80): string {
  const { label, done, total, start, seconds } = state;
  const share = total === 0 ? 1 : done / total;
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  const rate = seconds > 0 ? (done - start) / seconds : 0;
  const left = rate > 0 && done < total ? `  ${formatSeconds((total - done) / rate)} left` : "";
  const figures = `${percent} %  ${done}/${total} B  ${formatRate(rate)}${left}`;
  const room = Math.min(columns - label.length - figures.length - 5, 30);
  if (room < 5) return `${label} ${figures}`.slice(0, Math.max(columns - 1, 0));
  const filled = Math.round(share * room);
  return `${label} [${"#".repeat(filled)}${"-".repeat(room - filled)}] ${figures}`;
}

export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export class ProgressBar {
  readonly #stream: ProgressStream;
  readonly #label: string;
  readonly #now: () => number;
  #started: number | null = null;
  #start = 0;
  #tenth = -1;
  #isOpen = false;

  constructor(label: string, stream: ProgressStream = process.stderr, now = Date.now) {
    this.#label = label;
    this.#stream = stream;
    this.#now = now;
  }

  update(done: number, total: number): void {
    if (this.#started === null) {
      this.#started = this.#now();
      this.#start = done;
    }
    const seconds = (this.#now() - this.#started) / 1000;
    const state = { label: this.#label, done, total, start: this.#start, seconds };
    if (this.#stream.isTTY) {
      this.#stream.write(`\r${formatProgress(state, this.#stream.columns)}\x1b[K`);
      this.#isOpen = true;
      return;
    }
    const tenth = total === 0 ? 10 : Math.floor((done * 10) / total);
    // back again after a restart of the board: shown once more
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#stream.write(`${formatProgress(state, this.#stream.columns ?? 60)}\n`);
  }

  /** Leaves the line, so that other text can follow. */
  end(): void {
    if (this.#isOpen) this.#stream.write("\n");
    this.#isOpen = false;
  }
}
