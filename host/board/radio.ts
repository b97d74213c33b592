/**
 * The Bluetooth stack of a simulated board, as far as Espruino on an nRF52 lets it be seen: one central
 * at a time, services that change only while nobody is connected, notifications that are lost without
 * a word when the one before is still in the air (a SoftDevice of SDK 15 keeps one, older ones some).
 *
 * It outlives the interpreter: `load()` keeps the connection, a reset of the chip ends it.
 */
import type { Clock } from "./clock.js";

export interface Characteristic {
  maxLength: number;
  canWrite: boolean;
  canNotify: boolean;
  /** Writes are taken over an encrypted connection only. */
  needsEncryption: boolean;
  /** Gone when the interpreter starts over. */
  onWrite: ((bytes: Uint8Array) => void) | undefined;
}

/** By UUID in lower case with dashes. */
export type Services = Map<string, Map<string, Characteristic>>;

/** What the board's code hears of. */
export interface RadioEvents {
  connected(address: string): void;
  disconnected(): void;
}

/** Why an attribute was not written; the names are those of the attribute protocol. */
export class GattError extends Error {
  constructor(
    readonly reason: "not-connected" | "not-found" | "not-permitted" | "encryption" | "length",
  ) {
    super(`GATT: ${reason}`);
  }
}

export interface CentralOptions {
  /** What the central would take; the board's own limit holds, too. */
  mtu?: number;
  address?: string;
  /** Milliseconds between connection events. */
  interval?: number;
}

/** A header of three bytes stands in front of what is written or notified. */
const HEAD = 3;
const SMALLEST_MTU = 23;

export class Radio {
  readonly #mtu: number;
  readonly #clock: Clock;
  #services: Services = new Map();
  /** What is to be there after the next restart of the stack. */
  #wanted: Services | undefined;
  #wereSet = false;
  #events: RadioEvents | undefined;
  #central: Central | undefined;

  /** @param mtu the board's own; 0 for one without Bluetooth */
  constructor(mtu: number, clock: Clock) {
    this.#mtu = mtu;
    this.#clock = clock;
  }

  get services(): Services {
    return this.#services;
  }

  get needsRestart(): boolean {
    return this.#wanted !== undefined;
  }

  get isConnected(): boolean {
    return this.#central !== undefined;
  }

  /** A new context of the interpreter: nobody is called any more for what the old one set. */
  attach(events: RadioEvents): void {
    this.#events = events;
    for (const service of this.#services.values())
      for (const characteristic of service.values()) characteristic.onWrite = undefined;
  }

  /** What was set before can only be changed by a restart, which waits for the end of a connection. */
  setServices(services: Services): void {
    if (this.isConnected && this.#wereSet) this.#wanted = services;
    else this.#services = services;
    this.#wereSet = true;
  }

  /** Another reason for a restart than services: it comes when the connection ends. */
  restart(): void {
    if (this.isConnected) this.#wanted ??= this.#services;
  }

  /** A central connects. Throws when the board has no Bluetooth, or another one is connected. */
  connect({ mtu = 517, address = "c0:ff:ee:00:00:01", interval = 7.5 }: CentralOptions = {}) {
    if (this.#mtu === 0 || this.isConnected || !this.#events) throw new GattError("not-connected");
    const effective = Math.max(SMALLEST_MTU, Math.min(mtu, this.#mtu));
    const central = new Central(this, this.#clock, effective, interval, () => this.#end());
    this.#central = central;
    this.#events.connected(`${address} public`);
    return central;
  }

  /** The board ends the connection, if there is one. */
  disconnect(): void {
    this.#central?.disconnect();
  }

  /** The chip was reset or lost its power. */
  reset(): void {
    this.#events = undefined;
    this.disconnect();
    this.#services = new Map();
    this.#wanted = undefined;
    this.#wereSet = false;
  }

  notify(service: string, characteristic: string, bytes: Uint8Array): void {
    this.#central?.notified(service, characteristic, bytes);
  }

  #end(): void {
    this.#central = undefined;
    if (this.#wanted) this.#services = this.#wanted;
    this.#wanted = undefined;
    this.#events?.disconnected();
  }
}

/** A connected phone or computer. */
export class Central {
  readonly #radio: Radio;
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #ended: () => void;
  readonly #subscribers = new Map<string, (bytes: Uint8Array) => void>();
  readonly #closers: (() => void)[] = [];
  #isInAir = false;
  isConnected = true;
  isEncrypted = false;
  /** Notifications that the stack lost because the one before was still in the air. */
  lost = 0;

  constructor(
    radio: Radio,
    clock: Clock,
    /** What both sides take. */
    readonly mtu: number,
    interval: number,
    ended: () => void,
  ) {
    this.#radio = radio;
    this.#clock = clock;
    this.#interval = interval;
    this.#ended = ended;
  }

  /** Throws {@link GattError}; without a response none but for what this side knows itself. */
  write(service: string, characteristic: string, bytes: Uint8Array, hasResponse: boolean): void {
    const found = this.#find(service, characteristic);
    if (bytes.length > this.mtu - HEAD) throw new GattError("length");
    const refused = !found.canWrite
      ? "not-permitted"
      : found.needsEncryption && !this.isEncrypted
        ? "encryption"
        : bytes.length > found.maxLength
          ? "length"
          : undefined;
    if (refused && hasResponse) throw new GattError(refused);
    if (!refused) found.onWrite?.(bytes);
  }

  subscribe(service: string, characteristic: string, callback: (bytes: Uint8Array) => void): void {
    if (!this.#find(service, characteristic).canNotify) throw new GattError("not-permitted");
    this.#subscribers.set(`${service} ${characteristic}`, callback);
  }

  onDisconnect(callback: () => void): void {
    this.#closers.push(callback);
  }

  disconnect(): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.#ended();
    for (const callback of this.#closers) callback();
  }

  /** Used by {@link Radio}. What does not fit is cut off, as the SoftDevice does. */
  notified(service: string, characteristic: string, bytes: Uint8Array): void {
    const callback = this.#subscribers.get(`${service} ${characteristic}`);
    if (!callback) return;
    if (this.#isInAir) {
      this.lost++;
      return;
    }
    this.#isInAir = true;
    const piece = bytes.slice(0, this.mtu - HEAD);
    this.#clock.after(this.#interval, () => {
      this.#isInAir = false;
      if (this.isConnected) callback(piece);
    });
  }

  #find(service: string, characteristic: string): Characteristic {
    if (!this.isConnected) throw new GattError("not-connected");
    const found = this.#radio.services.get(service)?.get(characteristic);
    if (!found) throw new GattError("not-found");
    return found;
  }
}
