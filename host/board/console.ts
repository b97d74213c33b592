/**
 * The board's console: a prompt that runs whatever is typed, on one of the serial devices until
 * the bootloader closes it. This is the door that everything else depends on being shut.
 */
import { ConsolePackets } from "./console-packets.js";
import { BoardError, type Machine } from "./hardware.js";
import { isUnfinished } from "./realm.js";
import { show } from "./show.js";

export class Console {
  /** The serial device with the prompt, or null. */
  device: string | null;
  private forced = false;
  private line = "";
  private program = "";
  private quiet = false;
  private readonly packets: ConsolePackets;

  constructor(private readonly machine: Machine) {
    this.packets = new ConsolePackets(machine, (text) => this.echo(text));
    this.device = machine.profile.links[0] ?? null;
  }

  set(device: unknown, forced: boolean): void {
    const name =
      device === null || typeof device === "string"
        ? device
        : (device as { name?: string } | undefined)?.name;
    if (name !== null && (name === undefined || !this.machine.profile.links.includes(name))) {
      throw new BoardError(`Unknown device type ${JSON.stringify(name)}`);
    }
    this.device = name;
    this.forced = forced;
    this.line = "";
    this.program = "";
  }

  /** A BLE connection pulls the console to itself unless it was forced elsewhere. */
  connected(device: string): void {
    if (device === "Bluetooth" && !this.forced) this.device = device;
  }

  /** Typed text and packets. Byte 3 drops the line, byte 16 at its start turns its echo off. */
  input(text: string): void {
    const { device } = this;
    for (const char of text) {
      // What was typed behind the command that closed the console is not typed into it.
      if (this.device !== device) return;
      if (this.packets.take(char)) this.quiet = false;
      else if (char === "\x03") {
        this.line = "";
        this.program = "";
      } else if (char === "\x10" && this.line === "") {
        this.quiet = true;
      } else if (char === "\n" || char === "\r") {
        this.enter(char);
      } else {
        this.line += char;
        if (!this.quiet) this.echo(char);
      }
    }
  }

  private enter(end: string): void {
    if (end === "\n" && this.line === "" && this.program === "") return;
    if (!this.quiet) this.echo("\r\n");
    this.program += `${this.line}\n`;
    this.line = "";
    const { program, quiet } = this;
    if (isUnfinished(program)) return;
    this.program = "";
    this.quiet = false;
    this.machine.enter(() => {
      const value = this.machine.realm.run(program, "REPL");
      if (!quiet)
        this.echo(`=${typeof value === "string" ? JSON.stringify(value) : show(value)}\r\n`);
    });
    // After an exception, too; not when this life has ended.
    if (!quiet) this.machine.enter(() => this.echo(">"));
  }

  private echo(text: string): void {
    if (this.device !== null) this.machine.write(this.device, text);
  }
}
