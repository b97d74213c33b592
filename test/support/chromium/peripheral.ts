/**
 * A simulated board as a Bluetooth device of Chromium: its emulation of peripherals on the one side,
 * the radio of the simulated board on the other. What the page writes runs through the browser's own
 * Web Bluetooth, and the board's shipping agent answers.
 *
 * The protocol has no notifications. A page gets them by reading: the script makes every subscribed
 * characteristic be read all the time, and a read is left open until there is something to notify.
 */
import type { Central, CentralOptions } from "../../../host/board/radio.js";
import { GattError } from "../../../host/board/radio.js";
import type { SimulatedBoard } from "../../../host/board/simulator.js";
import type { DevTools, Json, Session } from "./devtools.js";

/** Runs in the page, in front of its own scripts. */
export const NOTIFY_BY_READING = `(() => {
  const Class = window.BluetoothRemoteGATTCharacteristic;
  if (!Class) return;
  const start = Class.prototype.startNotifications;
  const reading = new WeakSet();
  Class.prototype.startNotifications = async function () {
    const result = await start.call(this);
    if (reading.has(this)) return result;
    reading.add(this);
    (async () => {
      while (this.service.device.gatt.connected)
        try { await this.readValue(); } catch { break; }
      reading.delete(this);
    })();
    return result;
  };
})();`;

/** Client Characteristic Configuration: without it nothing can be subscribed to. */
const CONFIGURATION = "00002902-0000-1000-8000-00805f9b34fb";

/** Error codes of the attribute protocol (Bluetooth Core, Vol 3, Part F, 3.4.1.1). */
const CODES: Record<GattError["reason"], number> = {
  "not-connected": 0x0e,
  "not-found": 0x0a,
  "not-permitted": 0x03,
  encryption: 0x05,
  length: 0x0d,
};
const CONNECTION_FAILED = 0x3e;

interface Characteristic {
  id: string;
  service: string;
  uuid: string;
  queue: Uint8Array[];
  isSubscribed: boolean;
  isRead: boolean;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

export class Peripheral {
  readonly address: string;
  readonly #devtools: DevTools;
  readonly #board: SimulatedBoard;
  readonly #link: CentralOptions;
  readonly #known = new Map<string, Characteristic>();
  #isStale = true;
  #central: Central | undefined;
  /** Out of reach: connections fail. */
  isAway = false;
  connections = 0;
  /** Packets' pieces that the page wrote; `onWrite` may cut the link at one of them. */
  writes = 0;
  onWrite: (write: number) => void = () => {};

  constructor(devtools: DevTools, board: SimulatedBoard, address: string, link: CentralOptions) {
    this.#devtools = devtools;
    this.#board = board;
    this.address = address;
    this.#link = { interval: 1, ...link };
  }

  #send(command: string, parameters: object): Promise<Json> {
    return this.#devtools.send(`BluetoothEmulation.${command}`, parameters);
  }

  async start(name: string): Promise<void> {
    const { address } = this;
    await this.#send("simulatePreconnectedPeripheral", {
      ...{ address, name, manufacturerData: [], knownServiceUuids: [] },
    });
    this.#devtools.on("BluetoothEmulation.gattOperationReceived", (event) => {
      if (event.address === address) void this.#connection(event).catch(() => {});
    });
    this.#devtools.on("BluetoothEmulation.characteristicOperationReceived", (event) => {
      const found = this.#known.get(event.characteristicId);
      if (found) this.#operation(found, event);
    });
  }

  async #connection({ type }: Json): Promise<void> {
    const answer = (code: number) =>
      this.#send("simulateGATTOperationResponse", { address: this.address, type, code });
    if (type !== "connection") return answer(0);
    // Nobody tells when the page itself has disconnected.
    this.#central?.disconnect();
    try {
      if (this.isAway) throw new GattError("not-connected");
      const central = this.#board.radio.connect(this.#link);
      this.#central = central;
      central.onDisconnect(() => void this.#dropped(central));
    } catch (error) {
      if (!(error instanceof GattError)) throw error;
      return answer(CONNECTION_FAILED);
    }
    this.connections++;
    if (this.#isStale) await this.#describe();
    return answer(0);
  }

  /** Chromium forgets all services when a connection ends. */
  async #describe(): Promise<void> {
    this.#isStale = false;
    this.#known.clear();
    for (const [service, characteristics] of this.#board.radio.services) {
      const { serviceId } = await this.#send("addService", {
        ...{ address: this.address, serviceUuid: service },
      });
      for (const [uuid, { canWrite, canNotify }] of characteristics) {
        const { characteristicId: id } = await this.#send("addCharacteristic", {
          ...{ serviceId, characteristicUuid: uuid },
          properties: {
            write: canWrite,
            writeWithoutResponse: canWrite,
            notify: canNotify,
            read: true,
          },
        });
        if (canNotify)
          await this.#send("addDescriptor", {
            characteristicId: id,
            descriptorUuid: CONFIGURATION,
          });
        const state = { queue: [], isSubscribed: false, isRead: false };
        this.#known.set(id, { id, service, uuid, ...state });
      }
    }
  }

  #answer({ id }: Characteristic, type: string, code: number, data?: Uint8Array): void {
    const rest = data ? { data: Buffer.from(data).toString("base64") } : {};
    this.#send("simulateCharacteristicOperationResponse", {
      ...{ characteristicId: id, type, code, ...rest },
    }).catch(() => {});
  }

  #operation(found: Characteristic, { type, data, writeType }: Json): void {
    if (type === "read") {
      found.isRead = true;
      this.#pump(found);
    } else if (type === "write") {
      const hasResponse = writeType !== "write-without-response";
      const code = this.#attempt((central) => {
        this.onWrite(this.writes++);
        const bytes = new Uint8Array(Buffer.from(data ?? "", "base64"));
        central.write(found.service, found.uuid, bytes, hasResponse);
      });
      if (hasResponse) this.#answer(found, type, code);
    } else {
      found.isSubscribed = type === "subscribe-to-notifications";
      const code = this.#attempt((central) =>
        central.subscribe(found.service, found.uuid, (bytes) => {
          found.queue.push(bytes);
          this.#pump(found);
        }),
      );
      this.#answer(found, type, code);
    }
  }

  /** 0, or why the board's side does not do it. */
  #attempt(work: (central: Central) => void): number {
    try {
      if (!this.#central) throw new GattError("not-connected");
      work(this.#central);
      return 0;
    } catch (error) {
      if (!(error instanceof GattError)) throw error;
      return CODES[error.reason];
    }
  }

  #pump(found: Characteristic): void {
    const next = found.isRead && found.queue.shift();
    if (!next) return;
    found.isRead = false;
    this.#answer(found, "read", 0, next);
  }

  /** The link breaks, as when the board is carried away. */
  cut(): void {
    this.#central?.disconnect();
  }

  /** With a read open Chromium does not survive the end of a connection: those fail first. */
  async #dropped(central: Central): Promise<void> {
    if (this.#central !== central) return;
    this.#central = undefined;
    const subscribed = [...this.#known.values()].filter(({ isSubscribed }) => isSubscribed);
    for (let i = 0; i < 200 && subscribed.some(({ isRead }) => !isRead); i++) await pause(5);
    for (const found of subscribed) {
      if (found.isRead) this.#answer(found, "read", 1);
      found.isRead = found.isSubscribed = false;
      found.queue.length = 0;
    }
    await pause(50);
    this.#isStale = true;
    await this.#send("simulateGATTDisconnection", { address: this.address }).catch(() => {});
  }
}

/** Chooses in the browser's dialogue whatever `wanted` names. */
export async function answerChooser(page: Session, wanted: () => string | null): Promise<void> {
  let last = "";
  page.on("DeviceAccess.deviceRequestPrompted", ({ id, devices }) => {
    const deviceId = wanted();
    // The event comes twice, and a second answer ends the browser.
    if (id === last) return;
    if (deviceId === null) {
      last = id;
      page.send("DeviceAccess.cancelPrompt", { id }).catch(() => {});
    } else if (devices.some((each: Json) => each.id === deviceId)) {
      last = id;
      page.send("DeviceAccess.selectPrompt", { id, deviceId }).catch(() => {});
    }
  });
  await page.send("DeviceAccess.enable");
}
