import { Command, InvalidArgumentError } from "commander";
import { loadTrust } from "../author/keys.js";
import { PAGE_NAME } from "../storage/page-files.js";
import { serveFolder } from "../storage/serve.js";
import { hex } from "../suit/diagnostic.js";
import { type LinkContext, linkContext } from "./context.js";

interface ServeFlags {
  port: number;
  host: string;
  trust: string[];
  quiet?: boolean;
  json?: boolean;
}

/** @param signal ends the server; without it, it runs until the process is stopped */
export function serveCommand(given: Partial<LinkContext> = {}, signal?: AbortSignal): Command {
  const context = linkContext(given);
  return new Command("serve")
    .description(
      "serve a folder of releases over HTTP, and the page that updates boards from a phone",
    )
    .argument("<folder>", "the folder")
    .option("--port <number>", "0: any free one", parsePort, 8080)
    .option("--host <address>", "where to listen; 0.0.0.0 for the whole network", "127.0.0.1")
    .option(
      "--trust <key>",
      "an author's public key, for the page's own check; repeat",
      collect,
      [],
    )
    .option("--quiet", "no line per request")
    .option("--json", "print the address as one JSON object")
    .action(async (folder: string, { port, host, trust, quiet, json }: ServeFlags) => {
      const log = (line: string) => context.err.write(`${line}\n`);
      const keys = trust.map((key) => hex(loadTrust(key)));
      const storage = await serveFolder({ folder, port, host, keys, ...(quiet ? {} : { log }) });
      const { url } = storage;
      const page = `${url}${PAGE_NAME}/`;
      if (json) context.out(JSON.stringify({ url, port: storage.port, page }));
      else context.out(`Serving ${folder} at ${url}, the page for phones at ${page}`);
      signal?.addEventListener("abort", () => void storage.close(), { once: true });
    });
}

const collect = (value: string, before: string[]) => [...before, value];

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new InvalidArgumentError("not a number from 0 to 65535");
  return port;
}
