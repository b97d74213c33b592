/**
 * Envelopes of others with what is expected of them. The files are not part of this project: they
 * are read from the folder SUITCASE_VECTORS, or from shared/vectors beside the checkout.
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type InspectView, inspectEnvelope } from "../../host/author/inspect.js";
import { publicKeyToPem } from "../../host/author/keys.js";
import type { CommandView } from "../../host/suit/commands.js";
import { authenticateForeign } from "../../host/suit/foreign/authenticate.js";
import { type ForeignKey, hmacKey, publicForeignKey } from "../../host/suit/foreign/keys.js";
import { ALGORITHM_NAMES, COSE_NAMES, PARAMETER_NAMES } from "../../host/suit/names.js";
import { readEnvelope } from "../../host/suit/read.js";
import { mapOf, opened } from "../../host/suit/sections.js";

/** An envelope as the index describes it. */
export interface Summary {
  tag: number | null;
  digest_alg: number;
  digest_ok: boolean;
  auth: { cose: number; alg: number; kid: string | null; payload: string; verified_by: string[] }[];
  manifest_keys: number[];
  sequence: number;
  commands: number[];
  parameters: number[];
  /** By manifest member. */
  severable: Record<string, string>;
  canonical: boolean;
}

/** A file in the index. */
export interface Entry {
  file: string;
  sha256: string;
  kind: string;
  draft?: string;
  expect?: string;
  key?: string;
  summary?: Summary | { parse_error: string };
  /** Of SUIT_Encryption_Info: the ciphertext and the key encryption key. */
  payload?: string;
  kek_hex?: string;
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = process.env.SUITCASE_VECTORS ?? path.resolve(ROOT, "../shared/vectors");

export const readVector = (file: string) =>
  new Uint8Array(fs.readFileSync(path.join(FOLDER, file)));

/** The entries of a group such as `libcsuit`, or undefined when the files are not here. */
export function vectorGroup(group: string): Entry[] | undefined {
  const index = path.join(FOLDER, "index.json");
  if (!fs.existsSync(index)) return undefined;
  const entries: Entry[] = JSON.parse(fs.readFileSync(index, "utf8")).entries;
  return entries.filter(({ file }) => file.startsWith(`suit/${group}/`));
}

/** The keys that can verify something, under their names in keys.json. */
export function vectorKeys(): ForeignKey[] {
  type Given = { public_pem?: string; public_hex?: string; kind: string; secret_hex?: string };
  const all = JSON.parse(fs.readFileSync(path.join(FOLDER, "keys.json"), "utf8"));
  return Object.entries<Given>(all).flatMap(([label, given]) => {
    const { public_pem: pem, public_hex: raw, secret_hex: secret, kind } = given;
    if (pem) return [publicForeignKey(pem, label)];
    if (raw) return [publicForeignKey(publicKeyToPem(Buffer.from(raw, "hex")), label)];
    return kind.startsWith("HMAC") ? [hmacKey(Buffer.from(secret ?? "", "hex"), label)] : [];
  });
}

const codeOf = (names: Record<number, string>, name: string) =>
  Number(Object.entries(names).find(([, known]) => known === name)?.[0]);

/** Every code of commands and parameters in a view, nested ones too. */
function codesOf(view: InspectView) {
  const commands = new Set<number>();
  const parameters = new Set<number>();
  const visit = (list: CommandView[]) => {
    for (const command of list) {
      commands.add(command.code as number);
      for (const name of Object.keys(command.parameters ?? {}))
        parameters.add(codeOf(PARAMETER_NAMES, name));
      for (const inner of command.sequences ?? []) visit(inner);
    }
  };
  for (const sequence of view.manifest.sequences) visit(sequence.commands);
  const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b);
  return { commands: sorted(commands), parameters: sorted(parameters) };
}

/** What this tool sees in an envelope, in the form of the index. */
export function summarize(bytes: Uint8Array, keys: ForeignKey[]): Summary {
  const view = inspectEnvelope(bytes);
  const report = authenticateForeign(bytes, keys);
  const manifest = mapOf(opened(readEnvelope(bytes, "").members.get(3)));
  return {
    tag: view.tag,
    digest_alg: view.authentication.digest.code as number,
    digest_ok: report.digest === "ok",
    auth: report.signatures.map(({ type, algorithm, kid, payload, verifiedBy }) => ({
      cose: codeOf(COSE_NAMES, type),
      alg: codeOf(ALGORITHM_NAMES, algorithm),
      ...{ kid, payload, verified_by: verifiedBy },
    })),
    manifest_keys: [...manifest.keys()] as number[],
    sequence: view.manifest.sequence as number,
    ...codesOf(view),
    severable: Object.fromEntries(report.severed.map(({ key, state }) => [String(key), state])),
    canonical: view.outOfOrder.length === 0,
  };
}
