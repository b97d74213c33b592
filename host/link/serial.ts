/** A board at a serial port of this computer, by the package `serialport`. */
import { SuitcaseError } from "../errors.js";
import { loadHardware } from "./hardware.js";
import type { Duplex } from "./transport.js";

type Callback = (error?: Error | null) => void;

/** The part of `SerialPort` that is used. */
export interface SerialPort {
  readonly isOpen: boolean;
  open(callback: Callback): void;
  write(bytes: Uint8Array, callback: Callback): void;
  drain(callback: Callback): void;
  close(callback: Callback): void;
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  on(event: "close" | "error", listener: (error?: Error | null) => void): unknown;
}

export type SerialPortClass = new (options: {
  path: string;
  baudRate: number;
  autoOpen: false;
}) => SerialPort;

/**
 * @param Port by default that of the package
 * @throws LINK_NOT_AVAILABLE, SERIAL_MISSING, SERIAL_DENIED, LINK_BUSY, LINK_LOST
 */
export async function openSerial(
  path: string,
  baudRate: number,
  Port?: SerialPortClass,
): Promise<Duplex> {
  const Class =
    Port ?? (await loadHardware<{ SerialPort: SerialPortClass }>("serialport")).SerialPort;
  const port = new Class({ path, baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error ? reject(openError(error, path)) : resolve())),
  );
  let isClosed = false;
  let reason: Error | undefined;
  const closers: ((reason?: Error) => void)[] = [];
  port.on("error", () => {});
  port.on("close", (error) => {
    isClosed = true;
    // With an error the cable was taken off; without one it was our doing.
    if (error) reason = lost(path, error);
    for (const closed of closers) closed(reason);
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        const done: Callback = (error) => (error ? reject(lost(path, error)) : resolve());
        port.write(bytes, (error) => (error ? done(error) : port.drain(done)));
      }),
    onData: (callback) => void port.on("data", callback),
    onClose: (callback) => {
      if (isClosed) callback(reason);
      else closers.push(callback);
    },
    close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
}

const lost = (path: string, cause: Error) =>
  new SuitcaseError("LINK_LOST", `The serial port ${path} broke: ${cause.message}.`, { cause });

/** The package tells the system's word only in a sentence. */
function openError(cause: Error, path: string): SuitcaseError {
  const { message } = cause;
  if (/no such file|file not found|cannot find|not exist/i.test(message))
    return new SuitcaseError("SERIAL_MISSING", `There is no serial port ${path}.`, { cause });
  if (/permission denied/i.test(message))
    return new SuitcaseError("SERIAL_DENIED", `${path} may not be opened.`, { cause });
  if (/lock port|busy|access denied|temporarily unavailable/i.test(message))
    return new SuitcaseError("LINK_BUSY", `${path} is in use by another program.`, { cause });
  return new SuitcaseError("LINK_LOST", `${path} cannot be opened: ${message}.`, { cause });
}
