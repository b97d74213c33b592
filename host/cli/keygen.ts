import { Command } from "commander";
import { generateKey, refuseTestKey, writeKeyPair } from "../author/keys.js";
import { print, printJson } from "./report.js";

interface Options {
  out: string;
  name: string;
  allowTestKey?: boolean;
  json?: boolean;
}

/** `suitcase keygen`: makes the author's key pair. */
export function keygenCommand(): Command {
  return new Command("keygen")
    .description("make an Ed25519 key pair: DIR/NAME.key (private) and DIR/NAME.pub (public)")
    .requiredOption("--out <dir>", "folder for the two files; made when it is missing")
    .option("--name <name>", "name of the two files", "author")
    .option("--allow-test-key", "accept published test keys (tests only)")
    .option("--json", "print the result as JSON")
    .action((options: Options) => {
      const key = generateKey();
      refuseTestKey(key.publicKey, options.allowTestKey);
      const { privateFile, publicFile } = writeKeyPair(options.out, options.name, key);
      const hex = Buffer.from(key.publicKey).toString("hex");
      if (options.json) printJson({ private: privateFile, public: publicFile, key: hex });
      else {
        print(`private key  ${privateFile}  (keep it secret, and keep a copy)`);
        print(`public key   ${publicFile}  ${hex}`);
      }
    });
}
