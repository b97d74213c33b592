/** Where a board is: `sim:FILE`, `tcp:HOST:PORT`, `serial:PATH[@BAUD]` or `ble:NAME`. */
import { SuitcaseError } from "../errors.js";

export type Address =
  | { kind: "sim"; file: string }
  | { kind: "tcp"; host: string; port: number }
  | { kind: "serial"; path: string; baud: number }
  | { kind: "ble"; name: string };

const DEFAULT_BAUD = 115200;

export function parseAddress(text: string): Address {
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(colon, 0));
  const rest = text.slice(colon + 1);
  switch (kind) {
    case "sim":
      if (rest === "") throw malformed(text, "it names no flash file");
      return { kind, file: rest };
    case "tcp":
      return parseTcp(text, rest);
    case "serial":
      return parseSerial(text, rest);
    case "ble":
      if (rest === "") throw malformed(text, "it names no board");
      return { kind, name: rest };
    default:
      throw malformed(text, "it starts with none of sim:, tcp:, serial:, ble:");
  }
}

function parseTcp(text: string, rest: string): Address {
  const colon = rest.lastIndexOf(":");
  if (colon < 0) throw malformed(text, "it has no port");
  // [::1] is how an IPv6 address is told from its port
  const host = rest.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw malformed(text, "it has no host");
  const port = wholeNumber(rest.slice(colon + 1));
  if (port === null || port < 1 || port > 65535) {
    throw malformed(text, "its port is not a number from 1 to 65535");
  }
  return { kind: "tcp", host, port };
}

function parseSerial(text: string, rest: string): Address {
  const at = rest.lastIndexOf("@");
  const path = at < 0 ? rest : rest.slice(0, at);
  if (path === "") throw malformed(text, "it names no port");
  const baud = at < 0 ? DEFAULT_BAUD : wholeNumber(rest.slice(at + 1));
  if (baud === null || baud < 1) throw malformed(text, "its baud rate is not a number");
  return { kind: "serial", path, baud };
}

function wholeNumber(text: string): number | null {
  return /^[0-9]{1,8}$/.test(text) ? Number(text) : null;
}

function malformed(text: string, why: string) {
  return new SuitcaseError("ADDRESS_MALFORMED", `"${text}" is no address of a board: ${why}.`);
}
