import { cp, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { loadTrust } from "../author/keys.js";
import { SuitcaseError } from "../errors.js";
import { listReleases } from "../storage/list-releases.js";
import { PAGE_FOLDER, PAGE_NAME } from "../storage/page-files.js";
import { INDEX_FILE } from "../storage/release-index.js";
import { hex } from "../suit/diagnostic.js";
import { print, printJson } from "./report.js";

interface Flags {
  trust: string[];
  page: boolean;
  json?: boolean;
}

/** `suitcase publish`: makes a folder of releases ready for any static https host. */
export function publishCommand(): Command {
  const collect = (value: string, before: string[]) => [...before, value];
  return new Command("publish")
    .description("write the list of releases and the phone page into a folder, for a static host")
    .argument("<folder>", "the folder of the releases")
    .option(
      "--trust <key>",
      "an author's public key, for the page's own check; repeat",
      collect,
      [],
    )
    .option("--no-page", "only the list of releases")
    .option("--json", "print the result as JSON")
    .action(publish);
}

async function publish(folder: string, { trust, page, json }: Flags): Promise<void> {
  const keys = trust.map((key) => hex(loadTrust(key)));
  const root = await realpath(folder).catch((error: Error) => {
    throw new SuitcaseError("FILE_MISSING", `There is no folder ${folder}.`, { cause: error });
  });
  const index = await listReleases(root, keys);
  const target = path.join(root, PAGE_NAME);
  await writable(async () => {
    if (page) await cp(PAGE_FOLDER, target, { recursive: true });
    await writeFile(path.join(root, INDEX_FILE), `${JSON.stringify(index, null, 2)}\n`);
  });
  const count = index.releases.length;
  if (json) printJson({ index: INDEX_FILE, page: page ? `${PAGE_NAME}/` : null, ...index });
  else {
    print(`${INDEX_FILE}: ${count} ${count === 1 ? "release" : "releases"}`);
    if (page) print(`${PAGE_NAME}/: the page; serve the folder over https and open it there`);
  }
}

/** @throws OUTPUT_UNWRITABLE */
async function writable(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { message } = error as Error;
    throw new SuitcaseError("OUTPUT_UNWRITABLE", `Cannot publish: ${message}`, { cause: error });
  }
}
