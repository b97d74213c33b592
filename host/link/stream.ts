/** Packets over a stream of bytes, by the UART framing. */
import { encodeFrame, FrameDecoder, SHORT_LINE } from "./framing.js";
import type { Duplex, Transport } from "./transport.js";

export interface FramingOptions {
  /** `LONG_LINE` saves bytes on boards that are known to take it. */
  lineLength?: number;
}

export function framedTransport(
  duplex: Duplex,
  name: string,
  { lineLength = SHORT_LINE }: FramingOptions = {},
): Transport {
  const decoder = new FrameDecoder();
  return {
    name,
    async send(packet) {
      await duplex.write(encodeFrame(packet, lineLength));
    },
    onPacket(callback) {
      duplex.onData((bytes) => {
        for (const packet of decoder.push(bytes)) callback(packet);
      });
    },
    onClose: (callback) => duplex.onClose(callback),
    close: () => duplex.close(),
  };
}
