/**
 * A context of the interpreter on a board, and its end: after {@link Life.end} every call of the
 * board's code into the host throws, so that nothing it still does has any effect.
 */
import { Espruino } from "./espruino.js";
import { PowerCut, SimulatorError } from "./flash.js";
import { BoardError, type Machine } from "./hardware.js";
import { isTimeout, Realm } from "./realm.js";
import type { SimulatedBoard } from "./simulator.js";

/** Unwinds the board's code when its context has ended. */
class Ended extends Error {}

export class Life {
  isAlive = true;
  private readonly machine: Machine;
  private readonly espruino: Espruino;

  constructor(private readonly board: SimulatedBoard) {
    this.machine = this.createMachine();
    this.espruino = new Espruino(this.machine);
  }

  get console(): string | null {
    return this.isAlive ? this.espruino.console.device : null;
  }

  run(program: string, name: string): void {
    this.enter(() => this.machine.realm.run(program, name));
  }

  receive(device: string, text: string): void {
    if (this.isAlive) this.espruino.receive(device, text);
  }

  end(): void {
    this.isAlive = false;
    this.espruino.stop();
  }

  private createMachine(): Machine {
    const { board } = this;
    const end = (reason: string): never => {
      board.reset(reason);
      throw new Ended();
    };
    return {
      profile: board.profile,
      flash: board.flash,
      clock: board.clock,
      watchdog: board.watchdog,
      radio: board.radio,
      realm: new Realm(board.hangMs),
      guard: (fn) => this.guard(fn),
      enter: (run) => board.perform(() => this.enter(run)),
      later: (run) => board.post(() => this.enter(run)),
      write: (device, text) => board.deliver(device, text),
      print: (text) => this.print(text),
      pinChanged: (name, value) => board.emit("pin", name, value),
      nativeCalled: (op, length) => board.emit("native", op, length),
      reset: end,
      restart: () => end("load"),
    };
  }

  private guard<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      if (!this.isAlive) throw new Ended();
      try {
        return fn(...args);
      } catch (error) {
        if (error instanceof BoardError) throw this.machine.realm.error(error.message);
        if (error instanceof SimulatorError) this.board.report(error);
        if (error instanceof PowerCut && this.isAlive) this.board.cut(error);
        throw error;
      }
    };
  }

  private enter(run: () => unknown): void {
    if (!this.isAlive) return;
    try {
      run();
    } catch (error) {
      if (!this.isAlive) return;
      if (isTimeout(error)) this.board.hang();
      else if (!(error instanceof SimulatorError)) this.print(describe(error));
    }
  }

  private print(text: string): void {
    const device = this.console;
    if (device !== null) this.board.deliver(device, `${text}\r\n`);
    this.board.print(text);
  }
}

/** An exception as Espruino prints it. */
function describe(error: unknown): string {
  return `Uncaught ${String(error)}`;
}
