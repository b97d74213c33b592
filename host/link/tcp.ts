/** A board behind a TCP port: the simulator, or a serial port shared over the network. */
import { connect } from "node:net";
import { SuitcaseError } from "../errors.js";
import type { Duplex } from "./transport.js";

const CONNECT_TIMEOUT = 5000;

export function openTcp(host: string, port: number, timeout = CONNECT_TIMEOUT): Promise<Duplex> {
  const name = `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new SuitcaseError("LINK_TIMEOUT", `${name} did not take the connection in ${timeout} ms.`),
      );
    }, timeout);
    let reason: Error | undefined;
    socket.on("error", (error) => {
      reason = connectionError(error, name);
      clearTimeout(timer);
      reject(reason);
    });
    socket.on("connect", () => {
      clearTimeout(timer);
      resolve({
        write: (bytes) =>
          new Promise((done, failed) => {
            socket.write(bytes, (error) => (error ? failed(connectionError(error, name)) : done()));
          }),
        onData: (callback) => socket.on("data", callback),
        onClose: (callback) => {
          if (socket.closed) callback(reason);
          else socket.once("close", () => callback(reason));
        },
        close: () =>
          new Promise((done) => {
            if (socket.closed) return done();
            socket.once("close", () => done());
            socket.destroy();
          }),
      });
    });
  });
}

/** The operating system's word for a failed connection as one of ours, each with its own message. */
export function connectionError(error: Error & { code?: string }, name: string): SuitcaseError {
  switch (error.code) {
    case "ECONNREFUSED":
      return new SuitcaseError("LINK_REFUSED", `Nothing listens at ${name}.`, { cause: error });
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new SuitcaseError("LINK_HOST_UNKNOWN", `No host is known as ${name}.`, {
        cause: error,
      });
    case "EBUSY":
    case "EACCES":
    case "EADDRINUSE":
      return new SuitcaseError("LINK_BUSY", `${name} is in use by another program.`, {
        cause: error,
      });
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return new SuitcaseError("LINK_TIMEOUT", `${name} cannot be reached.`, { cause: error });
    default:
      return new SuitcaseError("LINK_LOST", `The connection to ${name} broke: ${error.message}.`, {
        cause: error,
      });
  }
}
