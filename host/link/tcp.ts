/** A board behind a TCP port: the simulator, or a serial port shared over the network. */
import { connect } from "node:net";
import { type CliError, hostError } from "../errors-cli.js";
import type { Duplex } from "./transport.js";

const CONNECT_TIMEOUT = 5000;

export function openTcp(host: string, port: number, timeout = CONNECT_TIMEOUT): Promise<Duplex> {
  const name = `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(hostError("link-timeout", `${name} did not take the connection in ${timeout} ms.`));
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
export function connectionError(error: Error & { code?: string }, name: string): CliError {
  switch (error.code) {
    case "ECONNREFUSED":
      return hostError("link-refused", `Nothing listens at ${name}.`, error);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return hostError("link-host-unknown", `No host is known as ${name}.`, error);
    case "EBUSY":
    case "EACCES":
    case "EADDRINUSE":
      return hostError("link-busy", `${name} is in use by another program.`, error);
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return hostError("link-timeout", `${name} cannot be reached.`, error);
    default:
      return hostError("link-lost", `The connection to ${name} broke: ${error.message}.`, error);
  }
}
