/**
 * A board that lives on the host: flash, interpreter, serial devices, watchdog and a supply that
 * can be cut. Its flash is byte for byte what the stock Linux build of Espruino keeps in
 * `espruino.flash`, and boots there too (profile `linux`).
 *
 * | event | arguments | when |
 * |---|---|---|
 * | `boot` | | a new context starts |
 * | `reboot` | reason: `reboot`, `watchdog` or `load` | the context ends and the next one follows |
 * | `console` | text | something was printed, wherever the console is |
 * | `pin` | name, value | an app switched an LED or another pin |
 * | `native` | operation, bytes | the native module was called (docs/native-module.md) |
 * | `fault` | SimulatorError | the board's code did what the simulator refuses |
 * | `cut` | PowerCut | the supply failed: dead until `powerOn` |
 * | `hang` | | a program never ended and no watchdog runs: dead until `powerOn` |
 *
 * A {@link SimulatorError} is thrown out of the call of the host that led to it; in a timer of the
 * real clock, where there is none, it is thrown into the event loop unless `fault` has a listener.
 */
import { EventEmitter } from "node:events";
import { HEADER } from "../../device/flash/layout.js";
import { toText } from "./bytes.js";
import { type Clock, RealClock, VirtualClock } from "./clock.js";
import { NorFlash, type PowerCut, type SimulatorError } from "./flash.js";
import { Life } from "./life.js";
import { type Profile, regionSize } from "./profiles.js";
import { Radio } from "./radio.js";
import { blank, findFile, provisionRegion } from "./storage.js";
import { ChipWatchdog } from "./watchdog.js";

export interface BoardOptions {
  profile: Profile;
  /** The flash, or the file in which it lives; without either it is new, in RAM. */
  flash?: NorFlash;
  file?: string;
  /** Real time by default; a {@link VirtualClock} for tests. */
  clock?: Clock;
  /** Milliseconds of real time after which a piece of code counts as endless (default 10000); 0: never. */
  hangMs?: number;
  /** Gets what the board prints. */
  log?: (text: string) => void;
}

type Output = (bytes: Uint8Array) => void;

export class SimulatedBoard extends EventEmitter {
  readonly profile: Profile;
  readonly flash: NorFlash;
  readonly clock: Clock;
  readonly hangMs: number;
  readonly watchdog: ChipWatchdog;
  /** Bluetooth; boards without have one that takes no connection. */
  readonly radio: Radio;
  private life: Life | undefined;
  private readonly outputs = new Map<string, Set<Output>>();
  private readonly tasks: (() => void)[] = [];
  private isBusy = false;
  private fault: SimulatorError | undefined;
  private readonly log: (text: string) => void;

  constructor(options: BoardOptions) {
    super();
    this.profile = options.profile;
    const geometry = SimulatedBoard.geometry(options.profile);
    this.flash =
      options.flash ??
      (options.file ? NorFlash.open(options.file, geometry) : new NorFlash(geometry));
    this.clock = options.clock ?? new RealClock();
    this.hangMs = options.hangMs ?? 10_000;
    this.log = options.log ?? (() => {});
    this.radio = new Radio(options.profile.mtu, this.clock);
    this.watchdog = new ChipWatchdog(this.clock, () => this.post(() => this.reset("watchdog")));
  }

  /** What {@link NorFlash} needs to know for a board. */
  static geometry(profile: Profile) {
    const { pageSize, writesPerWord, writesPerBlock } = profile;
    return { size: regionSize(profile), pageSize, writesPerWord, writesPerBlock };
  }

  /** Lays the file `.boot0`, with blank contents, over all of a blank flash. */
  static provisionRegion(flash: NorFlash, profile: Profile): void {
    provisionRegion(flash, profile);
  }

  get isOn(): boolean {
    return this.life?.isAlive === true;
  }

  /** The serial device with the prompt, or null when the console is closed. */
  get console(): string | null {
    return this.life?.console ?? null;
  }

  powerOn(): void {
    if (this.isOn) return;
    this.post(() => this.boot());
  }

  /** Timers die, and nothing of the old context touches the flash any more. */
  powerOff(): void {
    this.watchdog.powerOff();
    this.life?.end();
    this.life = undefined;
    this.radio.reset();
  }

  /** Virtual clock only: lets time pass. */
  advance(milliseconds: number): void {
    if (!(this.clock instanceof VirtualClock)) throw new Error("the board runs in real time");
    this.clock.advance(milliseconds);
  }

  /** Host to board. Large data arrives in pieces, as over the real link. */
  send(device: string, data: Uint8Array | string): void {
    if (!this.profile.links.includes(device)) throw new Error(`the board has no ${device}`);
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    const piece = device === "Bluetooth" ? this.profile.mtu - 3 : 64;
    for (let at = 0; at < bytes.length; at += piece) {
      const text = toText(bytes.subarray(at, at + piece));
      this.post(() => this.life?.receive(device, text));
    }
  }

  /** Board to host; the result takes the callback off again. */
  onData(device: string, output: Output): () => void {
    const outputs = this.outputs.get(device) ?? new Set();
    this.outputs.set(device, outputs.add(output));
    return () => outputs.delete(output);
  }

  /** Used by {@link Life}: runs code of the board, as part of the running task if there is one. */
  perform(run: () => void): void {
    if (this.isBusy) run();
    else this.post(run);
  }

  /** Used by {@link Life}: runs `task` now, or after the one that is running. */
  post(task: () => void): void {
    this.tasks.push(task);
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let next = this.tasks.shift(); next; next = this.tasks.shift()) next();
    } finally {
      this.isBusy = false;
    }
    const fault = this.fault;
    this.fault = undefined;
    if (fault) throw fault;
  }

  /** Used by {@link Life}. */
  deliver(device: string, text: string): void {
    const bytes = new Uint8Array(Buffer.from(text, "latin1"));
    this.post(() => {
      for (const output of this.outputs.get(device) ?? []) output(bytes);
    });
  }

  /** Used by {@link Life}. */
  print(text: string): void {
    this.log(text);
    this.emit("console", text);
  }

  /** Used by {@link Life}: the board's code did what the simulator refuses. */
  report(error: SimulatorError): void {
    this.emit("fault", error);
    if (this.listenerCount("fault") === 0) this.fault ??= error;
  }

  /** Used by {@link Life}: the supply failed. */
  cut(error: PowerCut): void {
    this.powerOff();
    this.emit("cut", error);
  }

  /** Used by {@link Life}: a program never ended. */
  hang(): void {
    if (this.watchdog.isArmed) {
      this.post(() => this.reset("watchdog"));
    } else {
      this.powerOff();
      this.emit("hang");
    }
  }

  /** Used by {@link Life}: ends this context and starts the next. */
  reset(reason: string): void {
    if (!this.life) return;
    if (reason === "watchdog") this.watchdog.powerOff();
    this.life.end();
    if (reason !== "load") this.radio.reset();
    this.emit("reboot", reason);
    const ended = this.life;
    this.clock.after(0, () => {
      if (this.life === ended) this.post(() => this.boot());
    });
  }

  private boot(): void {
    const life = new Life(this);
    this.life = life;
    this.emit("boot");
    const file = findFile(this.flash, ".boot0");
    if (!file) return;
    const text = toText(this.flash.read(file.at, Math.min(file.size, 4096 - HEADER)));
    const end = text.indexOf("\0");
    const program = end < 0 ? text : text.slice(0, end);
    if (!blank(this.flash.read(file.at, 4))) life.run(program, ".boot0");
  }
}
