/** One life of the interpreter: from power or reset until the next reset or power loss. */
import { Console } from "./console.js";
import { createE } from "./espruino-e.js";
import { SimulatorError } from "./flash.js";
import { guarded, type Machine } from "./hardware.js";
import { requireOf } from "./modules.js";
import { SIMULATED_CPU } from "./native.js";
import { CPUID, ID_ISAR2 } from "./native-module.js";
import { createNrf } from "./nrf.js";
import { pinGlobals } from "./pins.js";
import { PROMISE } from "./promise.js";
import { createSerial, type Serial } from "./serial.js";
import { show } from "./show.js";
import { Timers } from "./timers.js";

/** The registers that provisioning reads (native-module.ts). */
function peek32(machine: Machine, address: number): number {
  if (machine.profile.nativeModule && address === CPUID) return SIMULATED_CPU.cpuid;
  if (machine.profile.nativeModule && address === ID_ISAR2) return SIMULATED_CPU.isar2;
  throw new SimulatorError(`peek32(0x${address.toString(16)}): nothing is known to be there`);
}

/** The firmware whose behaviour is copied. */
const VERSION = "2v29";

export class Espruino {
  readonly console: Console;
  private readonly timers: Timers;
  /** Of `process`, for "uncaughtException". */
  uncaughtListeners: unknown[] = [];
  private readonly serials = new Map<string, Serial>();

  /** Fills the machine's realm with Espruino's globals. */
  constructor(private readonly machine: Machine) {
    this.console = new Console(machine);
    this.timers = new Timers(machine);
    const { realm, profile } = machine;
    for (const name of profile.links) this.serials.set(name, createSerial(machine, this, name));
    const globals: Record<string, unknown> = {
      ...guarded(machine, this.functions()),
      ...pinGlobals(machine),
      E: createE(machine, this.console),
      console: guarded(machine, { log: (...args: unknown[]) => this.print(args) }),
      process: this.process(),
      global: realm.global,
      HIGH: 1,
      LOW: 0,
    };
    for (const [name, serial] of this.serials) globals[name] = serial.object;
    if (profile.mtu > 0) globals.NRF = createNrf(machine, this);
    for (const [name, value] of Object.entries(globals)) realm.hide(name, value);
    const later = (fn: unknown) => machine.later(() => realm.call(fn, []));
    realm.hide("\u00fflater", machine.guard(later));
    realm.run(PROMISE, "Promise");
  }

  /** Bytes arrive at a serial device: typed text when the console is there, else data. */
  receive(device: string, text: string): void {
    this.console.connected(device);
    if (this.console.device === device) this.console.input(text);
    else this.serials.get(device)?.receive(text);
  }

  stop(): void {
    this.timers.stop();
  }

  private functions(): Record<string, unknown> {
    const { machine } = this;
    const start = machine.clock.now();
    // A clock that was not set starts at 1970 with every boot.
    let set = 0;
    const elapsed = () => (machine.clock.now() - start) / 1000;
    return {
      ...this.timers.globals(),
      require: requireOf(machine),
      print: (...args: unknown[]) => this.print(args),
      getTime: () => set + elapsed(),
      setTime: (seconds: number) => {
        set = seconds - elapsed();
      },
      atob: (text: string) => Buffer.from(text, "base64").toString("latin1"),
      peek32: (address: number) => peek32(machine, address),
      btoa: (text: string) => Buffer.from(text, "latin1").toString("base64"),
      load: () => machine.restart(),
      reset: () => machine.restart(),
    };
  }

  private process(): Record<string, unknown> {
    const { profile, realm } = this.machine;
    const env = { VERSION, BOARD: profile.board, FLASH: 0, STORAGE: profile.blocks * 4096 };
    return guarded(this.machine, {
      version: VERSION,
      env: realm.object(env),
      on: (event: string, listener: unknown) => {
        if (event === "uncaughtException") this.uncaughtListeners.push(listener);
      },
      removeListener: (_event: string, listener: unknown) => {
        this.uncaughtListeners = this.uncaughtListeners.filter((known) => known !== listener);
      },
      removeAllListeners: () => {
        this.uncaughtListeners = [];
      },
      memory: () =>
        realm.object({
          free: profile.jsvars - this.machine.usage(),
          usage: this.machine.usage(),
          total: profile.jsvars,
          blocksize: profile.jsvarBytes,
        }),
    });
  }

  private print(args: unknown[]): void {
    this.machine.print(args.map(show).join(" "));
  }
}
