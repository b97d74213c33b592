/** Text of strangers, ready to be shown: on one line, nothing hidden in it, and not endless. */
import { printable } from "../suit/printable.js";

const MOST = 400;

export function shown(text: string, most = MOST): string {
  const line = printable(text.replace(/\s+/g, " ").trim());
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
