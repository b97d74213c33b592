/** Opens the link that an address stands for. */
import { SuitcaseError } from "../errors.js";
import { type Address, parseAddress } from "./address.js";
import { consoleAside } from "./aside.js";
import { openNodeBle } from "./ble-node.js";
import { openSerial } from "./serial.js";
import { framedTransport } from "./stream.js";
import { openTcp } from "./tcp.js";
import type { Duplex, Transport } from "./transport.js";

/** Boots the simulated board that lives in a file; the duplex is its serial port. */
export type OpenSimulated = (file: string, profile?: string) => Promise<Duplex>;

/** Whole packets to a board that runs the agent. */
export async function openLink(board: string, openSimulated: OpenSimulated): Promise<Transport> {
  const address = parseAddress(board);
  if (address.kind === "ble") return await openNodeBle(address.name);
  const duplex =
    address.kind === "sim" ? await openSimulated(address.file) : await openDuplex(address);
  return framedTransport(consoleAside(duplex), board);
}

/** Bytes to whatever is at the other end of a wire: an agent, or the console of a blank board. */
export async function openDuplex(address: Address): Promise<Duplex> {
  switch (address.kind) {
    case "tcp":
      return openTcp(address.host, address.port);
    case "serial":
      return openSerial(address.path, address.baud);
    default:
      throw new SuitcaseError("LINK_NOT_AVAILABLE", `${address.kind}: carries no plain bytes.`);
  }
}
