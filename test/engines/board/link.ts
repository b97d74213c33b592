/**
 * The link by itself, over BLE and UART, with an answer to nothing but echo: its size is a budget of
 * the build, and the real interpreter runs it (test/engines/link.test.ts).
 */

import { serveBle } from "../../../device/link/ble.js";
import type { Handler } from "../../../device/link/codes.js";
import { answer } from "../../../device/link/smp.js";
import { frame, receiver } from "../../../device/link/uart.js";
import { listen, toBytes } from "../../../device/port/espruino-agent.js";

declare const global: { [name: string]: unknown };

const handle = global.handle as Handler;

listen(4, (device) =>
  receiver((packet) => device.write(frame(answer(toBytes(packet), handle), toBytes)), toBytes),
);
serveBle((packet, deliver) => deliver(answer(packet, handle)), true, false);
