/**
 * Runs in the real interpreter, built like the bundles of a board: judges the cases in `0.json` and
 * so on and prints one line for each. The board's code decides, nothing of it is
 * replaced but the flash by memory.
 */
import { verifyEd25519 } from "../../../device/crypto/ed25519.js";
import { sha512 } from "../../../device/crypto/sha512.js";
import type { Refusal } from "../../../device/errors.js";
import { useFeatures } from "../../../device/suit/features.js";
import { judge } from "../../../device/suit/memory-target.js";

declare function require(name: "fs"): { readFileSync(file: string): string };
declare function require(name: "crypto"): { SHA256(bytes: Uint8Array): ArrayBuffer };
declare function atob(text: string): string;
declare function btoa(bytes: string): string;
declare function print(text: string): void;
/** How many there are. */
declare const cases: number;
declare function getTime(): number;
declare const E: { toUint8Array(bytes: string): Uint8Array; toString(bytes: Uint8Array): string };

/** A case; everything that holds bytes is base64. */
interface Case {
  id: string;
  /** An Ed25519 block (Port.verify) ... */
  block?: string;
  /** ... or a text to hash with SHA-512 ... */
  text?: string;
  /** ... or an envelope and the device that it is offered to. */
  envelope: string;
  keys: string;
  /** Vendor, class, device. */
  who: string[];
  slot: number;
  room: number;
  floor: number;
  /** Identifier and content. */
  holds: string[][];
  /** URI (as it is) and content. */
  uris: string[][];
  /** For conditions of update management; absent where the device does not know. */
  now?: number;
  battery?: number;
  authorize?: number;
  version?: number[];
  dependencies?: boolean;
  /** No signature is checked: what stands behind it is what matters. */
  open?: boolean;
}

const bytesOf = (text: string): Uint8Array =>
  text ? E.toUint8Array(atob(text)) : new Uint8Array(0);
const base64 = (bytes: Uint8Array): string =>
  bytes.length ? btoa(String.fromCharCode.apply(null, bytes as unknown as number[])) : "";
// biome-ignore lint/style/useNodejsImportProtocol: a module of Espruino
const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(require("crypto").SHA256(bytes));
const idle = (): void => {};

const judgeEnvelope = (each: Case): string => {
  const contents: { [id: string]: Uint8Array } = {};
  each.holds.forEach((pair) => {
    contents[atob(pair[0])] = bytesOf(pair[1]);
  });
  useFeatures({
    battery: each.battery !== undefined,
    dependencies: each.dependencies !== false,
  });
  const sequence = judge(bytesOf(each.envelope), {
    trust: {
      trusted: bytesOf(each.keys),
      hash: sha256,
      verify: (block) => {
        if (!each.open) verifyEd25519(block, sha512, idle);
      },
    },
    identity: each.who.map(bytesOf),
    slot: each.slot,
    slotSize: each.room,
    floor: each.floor,
    contents: contents,
    now: each.now,
    battery: each.battery,
    authorize: each.authorize,
    version: each.version,
    payload: (uri) => {
      for (let i = 0; i < each.uris.length; i++)
        if (each.uris[i][0] === uri) return bytesOf(each.uris[i][1]);
      return undefined;
    },
  });
  const ids = Object.keys(contents).sort();
  return `accept ${sequence} ${ids.map((id) => `${btoa(id)}=${base64(sha256(contents[id]))}`).join()}`;
};

const verdictOf = (each: Case): string => {
  try {
    if (each.text !== undefined) return base64(sha512(bytesOf(each.text)));
    if (each.block === undefined) return judgeEnvelope(each);
    verifyEd25519(bytesOf(each.block), sha512, idle);
    return "accept";
  } catch (e) {
    const refusal = e as Refusal;
    return refusal.c ? `refuse ${refusal.c} ${refusal.a}` : `fault ${e}`;
  }
};

for (let i = 0; i < cases; i++) {
  // biome-ignore lint/style/useNodejsImportProtocol: a module of Espruino
  const each = JSON.parse(require("fs").readFileSync(`${i}.json`)) as Case;
  const start = getTime();
  const verdict = verdictOf(each);
  print(`@${each.id} ${Math.round((getTime() - start) * 1000)} ${verdict}`);
}
