/** What a stub board says of its configuration and its trial, in the two forms of 66/1. */
import * as layout from "../../device/flash/layout.js";

type Fields = Record<string, unknown>;

interface Facts {
  trial: number;
  floor: number;
  reason: number;
}

const ID = { vendor: 0xaa, class: 0xbb, device: 0xcc };
const SLOT_SIZE = 12288;

/** As agents of before told them. */
export function singly(facts: Facts): Fields {
  return {
    ...facts,
    board: "puckjs".padEnd(16, "\0"),
    vendor_id: new Uint8Array(16).fill(ID.vendor),
    class_id: new Uint8Array(16).fill(ID.class),
    device_id: new Uint8Array(16).fill(ID.device),
    slot_size: SLOT_SIZE,
  };
}

/** The first bytes of the configuration and the journal record (docs/flash-format.md). */
export function asInFlash({ trial, floor, reason }: Facts): Fields {
  const config = Buffer.alloc(112, 255);
  config[0] = 0x5c;
  config[layout.CONFIG_FLAGS] = layout.FLAG_NATIVE;
  config.writeUInt32LE(SLOT_SIZE, layout.CONFIG_SLOT_SIZE);
  config.fill(ID.vendor, 16, 32).fill(ID.class, 32, 48).fill(ID.device, 48, 64);
  const name = "puckjs".padEnd(16, "\0");
  const fits = layout.CONFIG_NAME < config.length;
  if (fits) config.write(name, layout.CONFIG_NAME, "latin1");
  const state = Buffer.alloc(128, 255);
  state.set([0x53, trial > 0 ? 3 : 1, 0, trial > 0 ? trial : 7]);
  state.writeUInt32LE(floor, 8);
  state.writeUInt32LE(reason, 12);
  // where the name lies behind these bytes, the board sends it by itself
  return { config, state, ...(fits ? {} : { board: name }) };
}
