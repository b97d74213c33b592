/** All files of test/vectors/suite by name. */

import { CASES } from "./cases/all.js";
import type { Case } from "./define.js";
import { DEFAULT_DEVICE, difference, entryOf } from "./index-file.js";
import { PAYLOADS } from "./payloads.js";
import { readme } from "./readme.js";

/** What is written, and what the test compares with what is committed. */
export function suiteFiles(cases: Case[] = CASES): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const add = (name: string, content: Uint8Array | string) => {
    if (files.has(name)) throw new Error(`${name} is there twice`);
    files.set(name, typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  for (const { id, envelope } of cases) add(`${id}.suit`, envelope);
  for (const [name, content] of Object.entries(PAYLOADS)) add(name, content);
  const entries = cases.map((each) => JSON.stringify(entryOf(each)));
  add("device.json", `${JSON.stringify(difference(DEFAULT_DEVICE), null, 2)}\n`);
  add("index.json", `[\n${entries.join(",\n")}\n]\n`);
  add("README.md", readme(cases));
  add(".gitattributes", "* -text\n");
  return files;
}
