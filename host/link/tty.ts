/** A serial port or pseudo terminal as a file, on systems that have such: Linux, macOS. */
import { spawnSync } from "node:child_process";
import { constants, openSync, statSync } from "node:fs";
import { ReadStream } from "node:tty";
import { SuitcaseError } from "../errors.js";
import { connectionError } from "./tcp.js";
import type { Duplex } from "./transport.js";

/**
 * Opens a port, raw and without echo.
 *
 * @throws LINK_REFUSED when there is no such port, LINK_BUSY, LINK_NOT_AVAILABLE
 */
export function openTty(path: string, baud: number): Duplex {
  if (!statSync(path, { throwIfNoEntry: false })?.isCharacterDevice())
    throw new SuitcaseError("LINK_REFUSED", `There is no serial port ${path}.`);
  const flag = process.platform === "darwin" ? "-f" : "-F";
  const { error, status } = spawnSync("stty", [flag, path, String(baud), "raw", "-echo", "-hupcl"]);
  if (error || status !== 0)
    throw new SuitcaseError("LINK_NOT_AVAILABLE", `${path} cannot be set up by stty.`);
  return overTty(open(path), path);
}

function open(path: string): ReadStream {
  try {
    const mode = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    return new ReadStream(openSync(path, mode));
  } catch (error) {
    throw connectionError(error as Error, path);
  }
}

function overTty(stream: ReadStream, path: string): Duplex {
  let reason: Error | undefined;
  // The other end of a pseudo terminal that goes away is an error of the reader.
  stream.on("error", (error) => {
    reason = connectionError(error, path);
  });
  return {
    write: (bytes) =>
      new Promise((done, failed) => {
        stream.write(bytes, (error) => (error ? failed(connectionError(error, path)) : done()));
      }),
    onData: (callback) => void stream.on("data", callback),
    onClose: (callback) => {
      if (stream.destroyed) callback(reason);
      else stream.once("close", () => callback(reason));
    },
    close: () =>
      new Promise((done) => {
        if (stream.destroyed) return done();
        stream.once("close", () => done());
        stream.destroy();
      }),
  };
}
