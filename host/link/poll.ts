/** What a board answers to a poll (docs/wire-format.md, 66/3). */
import type { Answer } from "./packet.js";

export const IDLE = 0;
export const CHECKING = 1;
export const WANTED = 2;
export const STAGED = 3;
export const REFUSED = 4;
export const ALREADY = 5;
/** The verdict of a dry run. */
export const ACCEPTABLE = 6;
export const WAITING = 7;

/** What an update that was only played would take; null where the board does not say. */
export interface Needs {
  /** Bytes of payload that the host would have to send. */
  bytes: number | null;
  /** Blocks of 4,096 bytes that would be erased. */
  erases: number | null;
  /** Bytes of the slot. */
  slot: number | null;
}

export interface PollAnswer {
  state: number;
  session: number;
  resource: string;
  /** Of an idle board: where its next manifest is to be found. */
  manifest: string | undefined;
  rc: number;
  error: number | undefined;
  at: number | undefined;
  needs: Needs;
  /** The app asks for an update. */
  wants: boolean;
  /** In state 3, from agents that count. */
  spent: Spent | undefined;
}

/** What an update cost the flash, up to its staging, since the board started last. */
export interface Spent {
  /** Blocks of 4,096 bytes that were erased, and words of 4 bytes that were written. */
  erases: number;
  words: number;
}

/** No flash of these boards holds more; a larger figure is not one. */
const MOST = 2 ** 32;

export function pollAnswer(answer: Answer): PollAnswer {
  const figure = (key: string): number | null => {
    const value = answer.integer(key) ?? -1;
    return value >= 0 && value < MOST ? value : null;
  };
  const resource = answer.bytes("resource_id");
  const [erases, words] = [figure("erases"), figure("written")];
  return {
    // a board of Nordic's has no `state`: a resource is wanted, or nothing is
    state: answer.integer("state") ?? (resource ? WANTED : IDLE),
    session: answer.integer("stream_session_id") ?? 0,
    resource: resource ? new TextDecoder().decode(resource) : "",
    manifest: answer.text("manifest"),
    rc: answer.rc,
    error: answer.integer("error"),
    at: answer.integer("at"),
    needs: { bytes: figure("bytes"), erases: figure("erases"), slot: figure("needed") },
    spent: erases !== null && words !== null ? { erases, words } : undefined,
    wants: answer.integer("wants") === 1,
  };
}
