/** A pseudo terminal in front of a board: what a serial port is to the host. Needs Python 3. */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BoardProcess } from "../../host/board/serve-board.js";

/** From build/test/support/ to the script. */
const SCRIPT = fileURLToPath(new URL("../../../test/support/open_pty.py", import.meta.url));

/** Why there can be none here; undefined when there can. */
export function withoutPty(): string | undefined {
  const missing = ["python3", "stty"].filter((name) => spawnSync(name, ["--version"]).error);
  return missing.length > 0 ? `no ${missing.join(" and no ")} to make one` : undefined;
}

export interface Pty {
  /** Such as `/dev/pts/3`. */
  path: string;
  /** The other end of the cable: takes the board's bytes for as long as it is there. */
  close(): Promise<void>;
}

export async function openPty(board: BoardProcess): Promise<Pty> {
  const child = spawn("python3", [SCRIPT], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  const path = await new Promise<string>((found, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the pseudo terminal ended with ${code}`)));
    child.stdout.once("data", (bytes: Buffer) => {
      found(bytes.toString().trim());
      child.stdout.on("data", (data: Buffer) => board.write(data));
    });
  });
  board.onData((bytes) => void child.stdin.write(bytes));
  return {
    path,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await ended;
    },
  };
}
