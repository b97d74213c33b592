/** What the demonstration prints: numbered steps, their figures below them, a sum at the end. */
import { ProgressBar, type ProgressStream } from "../cli/progress.js";

export const WIDTH = 88;
const INDENT = "      ";

type Paint = (text: string) => string;

export interface Terminal {
  title(text: string, lines: string[]): void;
  chapter(text: string): void;
  /** @param number null for a step that is not numbered */
  step(number: number | null, name: string, actor: string, milliseconds?: number): void;
  /** Lines of figures, `name` in a column of its own. */
  figure(name: string, text: string): void;
  /** The same for a program's text: broken anywhere. */
  code(name: string, text: string): void;
  lines(text: string): void;
  failure(text: string): void;
  bar(label: string): ProgressBar;
  good(text: string): void;
}

/** Colours only on a terminal, and not when NO_COLOR is set (no-color.org). */
export function terminal(stream: ProgressStream): Terminal {
  const hasColours = stream.isTTY === true && !process.env.NO_COLOR;
  const paint =
    (code: number): Paint =>
    (text) =>
      hasColours ? `\x1b[${code}m${text}\x1b[0m` : text;
  const [bold, dim, red, green, cyan] = [1, 2, 31, 32, 36].map(paint) as [
    Paint,
    Paint,
    Paint,
    Paint,
    Paint,
  ];
  const print = (text: string) => stream.write(`${text}\n`);
  const bars: ProgressStream = {
    write: (text) => stream.write(text),
    isTTY: stream.isTTY,
    columns: WIDTH,
  };
  return {
    title(text, lines) {
      print(`\n  ${bold(text)}`);
      for (const line of lines) print(`  ${dim(line)}`);
    },
    chapter(text) {
      print(`\n  ${cyan(bold(text))}\n  ${dim("-".repeat(WIDTH - 2))}`);
    },
    step(number, name, actor, milliseconds) {
      const head = `${number === null ? "    " : String(number).padStart(4)}  `;
      const time = milliseconds === undefined ? "" : `${Math.round(milliseconds)} ms`;
      const tail = `${actor.padEnd(18)}${time.padStart(8)}`;
      const gap = " ".repeat(Math.max(WIDTH - head.length - name.length - tail.length, 1));
      print(`${dim(head)}${bold(name)}${gap}${dim(tail.trimEnd())}`);
    },
    figure(name, text) {
      for (const [i, line] of wrap(text, WIDTH - INDENT.length - 12).entries())
        print(`${INDENT}${dim((i === 0 ? name : "").padEnd(12))}${line}`);
    },
    code(name, text) {
      const size = WIDTH - INDENT.length - 12;
      for (let at = 0; at < text.length; at += size)
        print(`${INDENT}${dim((at === 0 ? name : "").padEnd(12))}${text.slice(at, at + size)}`);
    },
    lines(text) {
      for (const line of text.split("\n")) print(`${INDENT}${line}`);
    },
    failure(text) {
      print(`${INDENT}${red(`FAILED: ${text}`)}`);
    },
    bar: (label) => new ProgressBar(`${INDENT}${label.padEnd(11)}`, bars),
    good(text) {
      print(`\n  ${green(bold(text))}`);
    },
  };
}

/** Breaks at blanks; a word that is longer than a line stays whole. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const GROUPED = new Intl.NumberFormat("en-US");

export const number = (value: number) => GROUPED.format(value);
export const bytes = (value: number) => `${number(value)} bytes`;

/** `1 word`, `2 words`. */
export const count = (value: number, noun: string) =>
  `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

/** The first digits of a digest: enough to compare by eye. */
export const head = (digest: Uint8Array | string) =>
  (typeof digest === "string" ? digest : Buffer.from(digest).toString("hex")).slice(0, 16);
