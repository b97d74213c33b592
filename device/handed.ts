/** Where an agent finds what the bootloader hands over; its packed programs have another (update/). */
import type { BootApi } from "./boot-api.js";

export const handed = global.suitcase as BootApi;
