/**
 * Packets of Espruino's console (its README_Protocol.md, 2v25 and later): DLE SOH, two bytes of type and
 * length, the data; answered by ACK or NAK, and an expression also by a packet with its value.
 */
const DLE = 0x10;
const SOH = 0x01;
const ACK = 0x06;
const NAK = 0x15;

const TYPE_EVAL = 0x20;
const TYPE_MASK = 0xe0;
const LENGTH_MASK = 0x1fff;
/** Bytes in front of the data. */
const HEAD = 4;

/**
 * Bytes that mean something on the way: 3 interrupts running code, 4 ends Espruino for Linux, 17 and 19
 * are flow control.
 */
const TAKEN = [3, 4, 17, 19];

/**
 * An expression with spaces behind it, so that its length holds no byte that is {@link TAKEN}, and none
 * from 128 on: the package `espruino` (0.1.67) sends those as UTF-8.
 *
 * @throws RangeError when it is longer than 8,191 characters
 */
export function padded(expression: string): string {
  let text = expression;
  while (TAKEN.includes(text.length & 255) || text.length & 128) text += " ";
  if (text.length > LENGTH_MASK) throw new RangeError(`an expression of ${text.length} characters`);
  return text;
}

/** The packet that evaluates an expression, which is ASCII. */
export function evalPacket(expression: string): Uint8Array {
  const text = padded(expression);
  const head = [DLE, SOH, TYPE_EVAL | (text.length >> 8), text.length & 255];
  return Buffer.concat([Buffer.from(head), Buffer.from(text, "latin1")]);
}

/** What a board answers to an expression: the text of its value, or of the exception. */
export type Reply = { value: string } | { exception: string };

/** Finds the reply in what a board sends; text around it (prompts, prints of an app) is passed over. */
export class ReplyParser {
  #bytes = Buffer.alloc(0);

  /** @returns the reply, when it is complete */
  push(bytes: Uint8Array): Reply | undefined {
    // Flow control may stand anywhere, and nothing else here holds these bytes.
    const plain = bytes.filter((byte) => byte !== 17 && byte !== 19);
    this.#bytes = Buffer.concat([this.#bytes, plain]);
    const at = this.#bytes.findIndex((byte) => byte === ACK || byte === NAK);
    if (at < 0) return undefined;
    const rest = this.#bytes.subarray(at + 1);
    if (this.#bytes[at] === ACK) return value(rest);
    // The text of the exception ends with the next prompt.
    const end = rest.lastIndexOf(">");
    const text = rest.subarray(0, end < 0 ? undefined : end).toString("latin1");
    return end < 0 ? undefined : { exception: text.trim().split(/\r?\n/)[0] };
  }
}

function value(rest: Buffer): Reply | undefined {
  const start = rest.indexOf(Buffer.from([DLE, SOH]));
  if (start < 0 || rest.length < start + HEAD) return undefined;
  const head = rest.readUInt16BE(start + 2);
  const end = start + HEAD + (head & LENGTH_MASK);
  if ((head >> 8) & TYPE_MASK || rest.length < end) return undefined;
  return { value: rest.toString("latin1", start + HEAD, end) };
}
