/** What happens during a push or a dry run, in one sentence each. */
import type { Spent } from "./link/poll.js";
import type { PushEvent } from "./push-types.js";
import { printable } from "./suit/printable.js";

/** Anything but progress, which is shown as a bar. */
export type Happening = Exclude<PushEvent, { type: "envelope" | "payload" }>;

/** What an update cost the flash. */
export const spentText = ({ erases, words }: Spent): string =>
  `${erases} blocks erased, ${words} words written`;

export function eventSentence(event: Happening): string {
  switch (event.type) {
    case "connected":
      return `Connected to ${event.board}.`;
    case "running":
      return `Sequence ${event.state.sequence} runs there.`;
    case "holding":
      return "The app leaves too little memory for an update: the board restarts without it.";
    case "checking":
      return "The board checks the manifest.";
    case "waiting":
      return "The board waits for an event that the manifest names.";
    case "wanted":
      return `The board asks for "${printable(event.uri)}".`;
    case "staged":
      return `Staged${event.spent ? ` (${spentText(event.spent)})` : ""}; the board resets.`;
    case "trial":
      return `On trial, boot ${event.boot}.`;
    case "setback":
      return `${event.reason.message} Going on.`;
  }
}
