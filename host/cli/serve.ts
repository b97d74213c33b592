import { Command, InvalidArgumentError } from "commander";
import { serveFolder } from "../storage/serve.js";
import { type LinkContext, linkContext } from "./context.js";

interface ServeFlags {
  port: number;
  host: string;
  quiet?: boolean;
  json?: boolean;
}

/** @param signal ends the server; without it, it runs until the process is stopped */
export function serveCommand(given: Partial<LinkContext> = {}, signal?: AbortSignal): Command {
  const context = linkContext(given);
  return new Command("serve")
    .description("serve a folder of envelopes and payloads over HTTP (not hidden files or keys)")
    .argument("<folder>", "the folder")
    .option("--port <number>", "0: any free one", parsePort, 8080)
    .option("--host <address>", "where to listen; 0.0.0.0 for the whole network", "127.0.0.1")
    .option("--quiet", "no line per request")
    .option("--json", "print the address as one JSON object")
    .action(async (folder: string, { port, host, quiet, json }: ServeFlags) => {
      const log = (line: string) => context.err.write(`${line}\n`);
      const storage = await serveFolder({ folder, port, host, ...(quiet ? {} : { log }) });
      const { url } = storage;
      context.out(
        json ? JSON.stringify({ url, port: storage.port }) : `Serving ${folder} at ${url}`,
      );
      signal?.addEventListener("abort", () => void storage.close(), { once: true });
    });
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new InvalidArgumentError("not a number from 0 to 65535");
  return port;
}
