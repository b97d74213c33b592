import { Command } from "commander";
import { BuildError, buildImage } from "../author/build.js";
import { loadConfig } from "../author/config.js";
import { checkOutput, writeAll } from "../author/files.js";
import { pretokenise } from "../author/pretokenise.js";
import { agentBundle, readBundle } from "../board/bundles.js";
import { slotSize } from "../board/config-page.js";
import { profileOf } from "../board/open.js";
import { SuitcaseError } from "../errors.js";
import { print, printJson } from "./report.js";

interface Flags {
  out: string;
  board?: string;
  native: boolean;
  minify: boolean;
  pretokenise?: boolean;
  json?: boolean;
}

/** What envelope and table of a release with agent and app take, bytes: a little more than measured. */
const ENVELOPE_ROOM = 448;

/** `suitcase build`: an app's TypeScript as the compact text that a slot holds. */
export function buildCommand(): Command {
  return new Command("build")
    .description(
      "compile an app for the board: compact, and refused where the board lacks something",
    )
    .argument("<entry>", "the app's first .ts or .js file")
    .requiredOption("--out <file>", "the image to write")
    .option("--board <name>", "whose slot to compare with (default: suitcase.json's, or puckjs)")
    .option("--no-native", "for a board that was provisioned without native code")
    .option("--no-minify", "keep names and line breaks")
    .option("--pretokenise", "Espruino's compact form: smaller, and no longer readable text")
    .option("--json", "print the result as JSON")
    .action(async (entry: string, flags: Flags) => {
      const { config } = loadConfig(undefined);
      const native = flags.native && config.native !== false;
      const profile = profileOf(flags.board ?? config.board, native);
      checkOutput(flags.out);
      const image = await buildImage(entry, { minify: flags.minify }).catch((error) => {
        throw error instanceof BuildError
          ? new SuitcaseError("BUILD_FAILED", error.message)
          : error;
      });
      const bytes = flags.pretokenise
        ? pretokenise(image.code)
        : new Uint8Array(Buffer.from(image.code, "latin1"));
      writeAll([{ path: flags.out, bytes }]);
      const agent = readBundle(agentBundle(profile)).length;
      const room = slotSize(profile) - agent - ENVELOPE_ROOM;
      if (flags.json)
        printJson({ file: flags.out, bytes: bytes.length, board: profile.name, room });
      else {
        print(`${flags.out}: ${bytes.length} bytes`);
        print(`  slot of ${profile.name}: ${slotSize(profile)} bytes, ${agent} for the agent,`);
        print(
          `  about ${Math.max(room, 0)} for the app: ${bytes.length <= room ? `${room - bytes.length} left` : `${bytes.length - room} too many`}`,
        );
      }
    });
}
