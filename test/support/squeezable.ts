/** Texts for the packer and its unpackers. */
import { readBundle } from "../../host/board/bundles.js";
import { random, randomBytes } from "./signature-cases.js";

export interface Text {
  name: string;
  bytes: Uint8Array;
}

/** From one byte up to more than an agent has; repeated, random and real ones. */
export function squeezable(): Text[] {
  const next = random(41);
  const text = (name: string, bytes: Uint8Array | number[]) => ({
    name,
    bytes: Uint8Array.from(bytes),
  });
  const far = randomBytes(next, 300);
  return [
    text("one byte", [0]),
    text("one byte of all bits", [255]),
    text("two equal bytes", [7, 7]),
    text("zeros", new Uint8Array(5000)),
    text("all bytes", [...Array(256).keys()]),
    ...[1, 2, 3, 100, 1000, 4097].map((size) => text(`noise ${size}`, randomBytes(next, size))),
    text("a match of 255 bytes and more", [...far, ...far, ...far]),
    text("a match from far away", [...far, ...randomBytes(next, 14_000), ...far]),
    text("the bootloader", readBundle("boot.js")),
    text("an agent", readBundle("agent-js.img")),
    text("a letter in turns", Buffer.from("ab".repeat(700))),
  ];
}
