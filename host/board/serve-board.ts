/** A board behind a TCP port: what it sends goes to the client, what the client sends to it. */
import { createServer, type Socket } from "node:net";
import { SuitcaseError } from "../errors.js";

/** A running board, whatever runs it. */
export interface BoardProcess {
  write(bytes: Uint8Array): void;
  onData(callback: (bytes: Uint8Array) => void): void;
  /** Called once when the board cannot be kept running. */
  onFailure?(callback: (error: Error) => void): void;
  close(): Promise<void>;
}

export interface BoardServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves a board. A second client is turned away while one is connected: a serial port has one end.
 *
 * @param port 0 for any free one
 * @throws PORT_BUSY
 */
export function serveBoard(
  board: BoardProcess,
  port: number,
  host = "127.0.0.1",
): Promise<BoardServer> {
  let client: Socket | undefined;
  board.onData((bytes) => client?.write(bytes));
  const server = createServer((socket) => {
    if (client) {
      socket.destroy();
      return;
    }
    client = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => board.write(bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      client = undefined;
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new SuitcaseError(
          "PORT_BUSY",
          error.code === "EADDRINUSE"
            ? `Port ${port} is in use by another program`
            : `Port ${port} cannot be opened (${error.code})`,
        ),
      ),
    );
    server.listen(port, host, () => {
      resolve({
        port: (server.address() as { port: number }).port,
        close: async () => {
          client?.destroy();
          await new Promise((done) => server.close(done));
          await board.close();
        },
      });
    });
  });
}
