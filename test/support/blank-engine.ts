/** The real interpreter as a board as it comes, behind a TCP port. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EngineBoard } from "../../host/board/engine.js";
import { openFlash } from "../../host/board/open.js";
import type { Profile } from "../../host/board/profiles.js";
import { type BoardServer, serveBoard } from "../../host/board/serve-board.js";

export class BlankEngine {
  readonly folder = mkdtempSync(path.join(tmpdir(), "blank-engine-"));
  readonly flash = path.join(this.folder, "board.flash");
  board!: EngineBoard;
  server!: BoardServer;

  constructor(
    readonly engine: string,
    readonly profile: Profile,
  ) {
    openFlash(this.flash, profile).close();
  }

  /** @param port 0 for any free one */
  async start(port = 0): Promise<string> {
    this.board = new EngineBoard(this.engine, this.flash);
    this.server = await serveBoard(this.board, port);
    return `tcp:127.0.0.1:${this.server.port}`;
  }

  /** Kills the process: what was written stays. */
  async stop(): Promise<void> {
    await this.server.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
