/** Opens the link that an address stands for. */
import { parseAddress } from "./address.js";
import { openNodeBle } from "./ble-node.js";
import { openSerial } from "./serial.js";
import { framedTransport } from "./stream.js";
import { openTcp } from "./tcp.js";
import type { Duplex, Transport } from "./transport.js";

/** Boots the simulated board that lives in a file; the duplex is its serial port. */
export type OpenSimulated = (file: string, profile?: string) => Promise<Duplex>;

export async function openLink(board: string, openSimulated: OpenSimulated): Promise<Transport> {
  const address = parseAddress(board);
  switch (address.kind) {
    case "sim":
      return framedTransport(await openSimulated(address.file), board);
    case "tcp":
      return framedTransport(await openTcp(address.host, address.port), board);
    case "serial":
      return framedTransport(await openSerial(address.path, address.baud), board);
    case "ble":
      return await openNodeBle(address.name);
  }
}
