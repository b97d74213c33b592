import path from "node:path";
import { Command } from "commander";
import { DEFAULTS, resolveIdentity } from "../author/config.js";
import { createProject } from "../author/project.js";
import { profileOf } from "../board/open.js";
import { SuitcaseError } from "../errors.js";
import { note, print, printJson } from "./report.js";

interface Flags {
  vendor?: string;
  class?: string;
  board: string;
  storage: string;
  json?: boolean;
}

/** `suitcase init`: makes a project that can be built, signed and pushed at once. */
export function initCommand(): Command {
  return new Command("init")
    .description("make a project: settings, keys, and an app that blinks and confirms itself")
    .argument("<folder>", "made when it is missing; no file in it is changed")
    .option("--vendor <domain>", "your domain: boards take releases of their vendor only")
    .option("--class <name>", "the class of boards (default: the folder's name)")
    .option("--board <name>", "the kind of board", DEFAULTS.board)
    .option("--storage <url>", "where releases will be served", "http://127.0.0.1:8080/")
    .option("--json", "print the result as JSON")
    .action((folder: string, flags: Flags) => {
      if (folder.trim() === "") throw new SuitcaseError("BAD_USAGE", "No folder is named");
      const profile = profileOf(flags.board);
      const vendor = flags.vendor ?? DEFAULTS.vendor;
      const kind = flags.class ?? slug(path.basename(path.resolve(folder)));
      resolveIdentity({ vendor, class: kind });
      if (!URL.canParse(flags.storage))
        throw new SuitcaseError("BAD_USAGE", `--storage ${flags.storage} is no address`);
      const { storage } = flags;
      const files = createProject({ folder, vendor, class: kind, profile, storage });
      if (flags.vendor === undefined)
        note(`note: vendor "${vendor}" is assumed; put your own domain into suitcase.json`);
      if (flags.json) printJson({ folder, vendor, class: kind, board: profile.name, files });
      else {
        print(`${folder}: ${files.length} files; keys/author.key is the secret: keep a copy of it`);
        print("Next, in that folder:");
        print("  npm run build");
        print("  npm run pack -- --sequence 1");
        print("  npm run provision       a simulated board in build/board.bin");
        print("  npm run push");
      }
    });
}

/** A name that npm takes, too. */
function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "app"
  );
}
