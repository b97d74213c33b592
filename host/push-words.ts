/** What happens during a push or a dry run, in one sentence each. */
import type { PushEvent } from "./push-types.js";
import { printable } from "./suit/printable.js";

/** Anything but progress, which is shown as a bar. */
export type Happening = Exclude<PushEvent, { type: "envelope" | "payload" }>;

export function eventSentence(event: Happening): string {
  switch (event.type) {
    case "connected":
      return `Connected to ${event.board}.`;
    case "running":
      return `Sequence ${event.state.sequence} runs there.`;
    case "checking":
      return "The board checks the manifest.";
    case "waiting":
      return "The board waits for an event that the manifest names.";
    case "wanted":
      return `The board asks for "${printable(event.uri)}".`;
    case "staged":
      return "Staged; the board resets.";
    case "trial":
      return `On trial, boot ${event.boot}.`;
    case "setback":
      return `${event.reason.message} Going on.`;
  }
}
