/** A provisioned board that runs the shipping bundles in real time, and Bluetooth in reach of it. */
import * as layout from "../../device/flash/layout.js";
import { readBundle } from "../../host/board/bundles.js";
import { NorFlash } from "../../host/board/flash.js";
import { provision } from "../../host/board/provision.js";
import type { Central } from "../../host/board/radio.js";
import { SimulatedBoard } from "../../host/board/simulator.js";
import { type EmulationOptions, emulateDevice } from "../../host/board/web-bluetooth.js";
import { type BleTiming, openBle } from "../../host/link/ble.js";
import type { BleDevice } from "../../host/link/bluetooth.js";
import type { Transport } from "../../host/link/transport.js";
import type { PushLimits } from "../../host/push-types.js";
import { agentOf, CLASS, DEVICE, KEY, type Made, profileOf, VENDOR } from "./sim-board.js";

/** A write to a simulated board is answered at once, so little patience is enough. */
export const BLE_TIMING: BleTiming = { connect: 500, probe: 350 };

export const BLE_LIMITS: Partial<PushLimits> = {
  timing: { first: 2000, longest: 3000, attempts: 4 },
  backoff: { first: 5, longest: 50 },
  poll: { first: 2, longest: 20 },
  reconnect: 10_000,
  trial: 20_000,
};

export interface BleBoardOptions extends EmulationOptions {
  profile?: string;
  bond?: boolean;
  bleUart?: boolean;
  firmware?: Made;
  class?: Uint8Array;
  device?: Uint8Array;
  keepConsole?: boolean;
}

export class BleBoard {
  readonly board: SimulatedBoard;
  readonly device: BleDevice;
  readonly lines: string[] = [];
  /** The connection as the board's side of the radio knows it. */
  central: Central | undefined;
  connections = 0;

  constructor(options: BleBoardOptions = {}) {
    const profile = profileOf(options.profile ?? "joltjs", 60);
    const flash = new NorFlash(SimulatedBoard.geometry(profile));
    provision(
      flash,
      {
        profile,
        vendor: VENDOR,
        class: options.class ?? CLASS,
        device: options.device ?? DEVICE,
        keys: [{ public: KEY.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
        keepConsole: options.keepConsole ?? false,
        bond: options.bond ?? false,
        bleUart: options.bleUart ?? true,
        deadline: 60,
        trials: 3,
        watchdog: 30,
      },
      { boot: readBundle("boot.js"), agent: agentOf(profile), firmware: options.firmware },
    );
    this.board = new SimulatedBoard({
      profile,
      flash,
      hangMs: 0,
      log: (line) => this.lines.push(line),
    });
    this.device = emulateDevice(this.board, {
      interval: 1,
      ...options,
      onConnect: (central) => {
        this.central = central;
        this.connections++;
        options.onConnect?.(central);
      },
    });
    this.board.powerOn();
  }

  connect(): Promise<Transport & { readonly pieceSize: number }> {
    return openBle(this.device, BLE_TIMING);
  }

  /** The bytes of both slots, to be compared. */
  slots(): string {
    const { flash } = this.board;
    return flash.digest(layout.SLOTS_AT, flash.size - layout.SLOTS_AT);
  }

  off(): void {
    this.board.powerOff();
  }
}
