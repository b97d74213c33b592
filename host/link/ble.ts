/**
 * SMP over BLE: bare packets, cut into pieces that fit the MTU. The same code runs in a browser and
 * in Node; whatever has the shape of Web Bluetooth will do (bluetooth.ts).
 *
 * Web Bluetooth does not tell the MTU, and what is too long for it is refused on some systems and cut
 * off without a word on others. So the size of the pieces is found by trial, with an echo that fills
 * one piece: what comes back whole went through whole.
 */
import { SuitcaseError } from "../errors.js";
import {
  type BleCharacteristic,
  type BleDevice,
  type BleFilter,
  type BleServer,
  type Bluetooth,
  SMP_CHARACTERISTIC,
  SMP_SERVICE,
} from "./bluetooth.js";
import { decodeAnswer, encodePacket, GROUP_OS, HEADER_SIZE, WRITE } from "./packet.js";
import { Reassembly } from "./reassembly.js";
import type { Transport } from "./transport.js";

export interface BleTiming {
  /** Milliseconds until a connection counts as impossible. */
  connect: number;
  /** Milliseconds that an echo may take: longer than a board needs to forget half a packet. */
  probe: number;
}

const TIMING: BleTiming = { connect: 20_000, probe: 1000 };

/** MTU less 3, of Espruino's boards: 131 and 53; and what every link takes. */
const PIECES = [128, 50, 20];

/** What Espruino's boards advertise: the SMP service beside the UART's does not fit. */
const ESPRUINO: BleFilter[] = [
  { services: [SMP_SERVICE] },
  { services: ["6e400001-b5a3-f393-e0a9-e50e24dcca9e"] },
  ...["Puck.js", "Pixl.js", "MDBT42Q", "Jolt.js", "Bangle.js", "Espruino", "micro:bit"].map(
    (namePrefix) => ({ namePrefix }),
  ),
];

/**
 * Lets the user (in Node: the first that answers to `name`) choose a board.
 *
 * @throws BLE_NOT_CHOSEN, BLE_UNAVAILABLE
 */
export async function chooseBle(bluetooth: Bluetooth, name?: string): Promise<BleDevice> {
  const filters = name === undefined ? ESPRUINO : [{ name }];
  try {
    return await bluetooth.requestDevice({ filters, optionalServices: [SMP_SERVICE] });
  } catch (error) {
    const nobody = name === undefined ? "No board was chosen." : `No "${name}" is in reach.`;
    throw (error as Error).name === "NotFoundError"
      ? new SuitcaseError("BLE_NOT_CHOSEN", nobody, { cause: error })
      : new SuitcaseError("BLE_UNAVAILABLE", undefined, { cause: error });
  }
}

/** Pieces that went through to a device before: asked for once more, but first. */
const known = new WeakMap<BleDevice, number>();

/**
 * Connects to a board that was chosen; call it again for the next connection.
 *
 * @throws LINK_TIMEOUT, LINK_LOST, NOT_A_SUIT_BOARD, BLE_PAIRING
 */
export async function openBle(
  device: BleDevice,
  timing: Partial<BleTiming> = {},
): Promise<Transport & { readonly pieceSize: number }> {
  const link = new BleLink(device);
  try {
    await link.open({ ...TIMING, ...timing });
  } catch (error) {
    await link.close();
    throw error;
  }
  return link;
}

class BleLink implements Transport {
  readonly name: string;
  pieceSize = 20;
  readonly #device: BleDevice;
  readonly #reassembly = new Reassembly();
  #characteristic: BleCharacteristic | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #deliver: (packet: Uint8Array) => void = () => {};
  #closers: ((reason?: Error) => void)[] = [];
  #closed: Error | undefined;
  readonly #lost = () => this.#end(new SuitcaseError("LINK_LOST", `${this.name} is gone.`));
  readonly #changed = () => {
    const value = this.#characteristic?.value;
    // a copy: some hand out the same buffer again
    const piece = value && new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
    const packet = piece && this.#reassembly.push(piece);
    if (packet) this.#deliver(packet);
  };

  constructor(device: BleDevice) {
    this.#device = device;
    this.name = device.name || device.id;
  }

  async open(timing: BleTiming): Promise<void> {
    const { gatt } = this.#device;
    if (!gatt) throw new SuitcaseError("BLE_UNAVAILABLE", `${this.name} cannot be connected.`);
    this.#device.addEventListener("gattserverdisconnected", this.#lost);
    await limited(this.#attach(gatt), timing.connect, this.name);
    const first = known.get(this.#device) ?? 0;
    for (const size of first ? [first, ...PIECES.filter((each) => each < first)] : PIECES) {
      if (await this.#fits(size, timing.probe)) {
        this.pieceSize = size;
        known.set(this.#device, size);
        return;
      }
      if (this.#closed) throw this.#closed;
    }
    known.delete(this.#device);
    throw new SuitcaseError("LINK_TIMEOUT", `${this.name} is connected, but does not answer.`);
  }

  async #attach(gatt: BleServer): Promise<void> {
    try {
      const server = gatt.connected ? gatt : await gatt.connect();
      const service = await server.getPrimaryService(SMP_SERVICE);
      const characteristic = await service.getCharacteristic(SMP_CHARACTERISTIC);
      this.#characteristic = characteristic;
      characteristic.addEventListener("characteristicvaluechanged", this.#changed);
      await characteristic.startNotifications();
    } catch (error) {
      throw this.#refusal(error as Error);
    }
  }

  /** One echo in one piece: does it come back? */
  async #fits(size: number, limit: number): Promise<boolean> {
    const request = probe(size);
    const answered = new Promise<boolean>((resolve) => {
      this.#deliver = (packet) => decodeAnswer(packet, request) && resolve(true);
      this.#closers.push(() => resolve(false));
    });
    try {
      return (await this.#probe(request, size)) && (await Promise.race([answered, after(limit)]));
    } finally {
      this.#deliver = () => {};
      this.#closers = [];
    }
  }

  /**
   * Written with a response where that is possible. Then what is too long is refused at once, and a
   * board that wants to be paired with is paired: a write without response would only be ignored.
   */
  async #probe(request: Uint8Array<ArrayBuffer>, size: number): Promise<boolean> {
    const characteristic = this.#characteristic as BleCharacteristic;
    const canRespond = characteristic.properties.write;
    try {
      if (canRespond) await characteristic.writeValueWithResponse(request);
      else await characteristic.writeValueWithoutResponse(request);
      return true;
    } catch (error) {
      if (this.#closed || size > (PIECES.at(-1) as number)) return false;
      throw canRespond
        ? new SuitcaseError("BLE_PAIRING", `${this.name} did not take a write.`, { cause: error })
        : this.#refusal(error as Error);
    }
  }

  send(packet: Uint8Array): Promise<void> {
    const write = async () => {
      for (let at = 0; at < packet.length; at += this.pieceSize) {
        if (this.#closed) throw this.#closed;
        const piece = packet.slice(at, at + this.pieceSize);
        await this.#characteristic?.writeValueWithoutResponse(piece);
      }
    };
    // Pieces of two packets must not mix.
    const result = this.#writing.then(write).catch((error: Error) => {
      throw this.#closed ?? this.#refusal(error);
    });
    this.#writing = result.catch(() => {});
    return result;
  }

  onPacket(callback: (packet: Uint8Array) => void): void {
    this.#deliver = callback;
  }

  onClose(callback: (reason?: Error) => void): void {
    if (this.#closed) callback(this.#closed);
    else this.#closers.push(callback);
  }

  async close(): Promise<void> {
    this.#end(new SuitcaseError("LINK_LOST", `The connection to ${this.name} was closed.`));
    this.#device.gatt?.disconnect();
  }

  #end(reason: Error): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#device.removeEventListener("gattserverdisconnected", this.#lost);
    this.#characteristic?.removeEventListener("characteristicvaluechanged", this.#changed);
    for (const closed of this.#closers) closed(reason);
  }

  #refusal(error: Error): SuitcaseError {
    if (error instanceof SuitcaseError) return error;
    const cause = { cause: error };
    // The package for Node tells it in its sentence only.
    if (
      error.name === "NotFoundError" ||
      /(service|characteristic) not found/.test(error.message)
    ) {
      const message = `${this.name} has no update service.`;
      return new SuitcaseError("NOT_A_SUIT_BOARD", message, cause);
    }
    const message = `The connection to ${this.name} broke: ${error.message}.`;
    return new SuitcaseError("LINK_LOST", message, cause);
  }
}

/** An echo request of exactly `size` bytes. */
function probe(size: number): Uint8Array<ArrayBuffer> {
  const empty = HEADER_SIZE + 4;
  const length = size - empty < 24 ? size - empty : size - empty - 1;
  const fields = { d: "s".repeat(length) };
  return encodePacket({ op: WRITE, group: GROUP_OS, command: 0, fields }, size);
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds));
}

async function limited(work: Promise<void>, limit: number, name: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const silent = () =>
      reject(new SuitcaseError("LINK_TIMEOUT", `${name} did not take the connection.`));
    timer = setTimeout(silent, limit);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
