/**
 * Packets on a simulated console, as far as provisioning uses them (host/provision/packets.ts): DLE SOH,
 * type and length, an expression; ACK and its value, or NAK and the exception.
 */
import type { Machine } from "./hardware.js";

const DLE = "\x10";
const SOH = "\x01";
const ACK = "\x06";
const NAK = "\x15";
const EVAL = 1;
const MAX_LENGTH = 0x1fff;

export class ConsolePackets {
  private before = "";
  /** What has arrived of a packet: two bytes of type and length, the data. */
  private packet: string | undefined;

  constructor(
    private readonly machine: Machine,
    private readonly write: (text: string) => void,
  ) {}

  /** True when the character is part of a packet and nobody else's. */
  take(char: string): boolean {
    if (this.packet === undefined) {
      const isStart = char === SOH && this.before === DLE;
      this.before = char;
      if (isStart) this.packet = "";
      return isStart;
    }
    this.packet += char;
    const head = this.packet.charCodeAt(0) * 256 + this.packet.charCodeAt(1);
    if (this.packet.length >= 2 && this.packet.length - 2 >= (head & MAX_LENGTH)) {
      const data = this.packet.slice(2);
      this.packet = undefined;
      if (head >> 13 === EVAL) this.evaluate(data);
      else this.write(NAK);
    }
    return true;
  }

  private evaluate(expression: string): void {
    const { machine } = this;
    machine.enter(() => {
      let value: unknown;
      try {
        value = machine.realm.run(`(${expression})`, "packet");
      } catch (error) {
        // What is of the host ends this life; what is of the board is told.
        if (error instanceof Error) throw error;
        this.write(`${NAK}Uncaught ${error}\r\n>`);
        return;
      }
      const text = JSON.stringify(value) ?? "undefined";
      const head = String.fromCharCode(text.length >> 8, text.length & 255);
      this.write(ACK + DLE + SOH + head + text);
    });
  }
}
