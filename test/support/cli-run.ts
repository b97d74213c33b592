/** The command line as child processes in a temporary folder, with a project ready to be packed. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { connect, createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { agentBundle, readBundle } from "../../host/board/bundles.js";
import { loadProfile } from "../../host/board/profiles.js";

const MAIN = fileURLToPath(new URL("../../host/cli/main.js", import.meta.url));
const AGENT = readBundle(agentBundle(loadProfile("puckjs")));
/** Longer than the agent that provisioning lays down, so that it has to be sent. */
export const AGENT_SIZE = AGENT.length + 256;

export interface Result {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** An app that confirms itself. */
const APP = `setInterval(() => LED1.toggle(), 500);
setTimeout(() => suitcase.trial() && suitcase.confirm(), 50);
`;

export class Workshop {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-update-"));
  readonly #running = new Set<ChildProcess>();
  readonly #servers: Server[] = [];

  constructor() {
    this.put("suitcase.json", JSON.stringify({ vendor: "acme.org", class: "lamp" }));
    this.put("app.ts", APP);
    const agent = Buffer.alloc(AGENT_SIZE, "\n");
    agent.set(AGENT);
    this.put("agent-2.js", agent);
  }

  async remove(): Promise<void> {
    for (const child of this.#running) await stop(child, "SIGKILL");
    for (const server of this.#servers) server.close();
    fs.rmSync(this.folder, { recursive: true });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  put(name: string, content: string | Uint8Array): void {
    fs.writeFileSync(this.path(name), content);
  }

  get(name: string): Buffer {
    return fs.readFileSync(this.path(name));
  }

  /** Names and digests of everything in the folder. */
  contents(): Record<string, string> {
    const files = fs.readdirSync(this.folder, { withFileTypes: true }).filter((e) => e.isFile());
    return Object.fromEntries(
      files.map(({ name }) => [name, createHash("sha256").update(this.get(name)).digest("hex")]),
    );
  }

  #spawn(args: string[]): ChildProcess {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: this.folder });
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    return child;
  }

  run(...args: string[]): Promise<Result> {
    return this.begin(...args).result;
  }

  /** Starts a command that ends by itself. */
  begin(...args: string[]): { child: ChildProcess; result: Promise<Result> } {
    const child = this.#spawn(args);
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (text) => {
      stdout += text;
    });
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    const result = new Promise<Result>((done) => {
      child.once("close", (status) => done({ status, stdout, stderr }));
    });
    return { child, result };
  }

  /** A command that must succeed, with its JSON. */
  async json(...args: string[]) {
    const { status, stdout, stderr } = await this.run(...args, "--json");
    assert.equal(status, 0, `${args.join(" ")}: ${stdout}${stderr}`);
    return JSON.parse(stdout);
  }

  /** Starts a command that runs until it is stopped; gives what it prints first, as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of known shape
  async start(...args: string[]): Promise<{ child: ChildProcess; said: any }> {
    const child = this.#spawn([...args, "--json"]);
    let stderr = "";
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    const said = await new Promise<string>((done, failed) => {
      child.stdout?.once("data", (text) => done(String(text)));
      child.once("close", (status) => failed(new Error(`ended with ${status}: ${stderr}`)));
    });
    return { child, said: JSON.parse(said) };
  }

  /** keygen and build: keys/author.key, keys/author.pub, app.js; other.js differs from it. */
  async prepare(): Promise<void> {
    await this.json("keygen", "--out", "keys");
    await this.json("build", "app.ts", "--out", "app.js");
    this.put("other.js", `${this.get("app.js")};`);
  }

  /** Packs app.js, or another app, with an agent that is not the board's. */
  pack(out: string, sequence: number, more: string[] = [], app = "app.js") {
    const files = ["--component", `app=${app}`, "--component", "agent=agent-2.js"];
    const signed = ["--key", "keys/author.key", "--sequence", `${sequence}`];
    return this.json("pack", "--out", out, ...files, ...signed, ...more);
  }

  provision(file: string, ...more: string[]) {
    const trust = ["--trust", "keys/author.pub"];
    return this.json("provision", "--board", `sim:${file}`, ...trust, "--deadline", "10", ...more);
  }

  status(board: string) {
    return this.json("status", "--board", board);
  }

  /** A way to a port that, after `bytes`, once calls `limit` in place of passing on. */
  async tap(port: number, bytes: number, limit: () => void): Promise<number> {
    let passed = 0;
    const server = createServer((client) => {
      const board = connect(port, "127.0.0.1");
      board.pipe(client);
      client.on("data", (data) => {
        passed += data.length;
        const isLimit = passed > bytes && passed - data.length <= bytes;
        if (isLimit) limit();
        else board.write(data);
      });
      for (const socket of [client, board]) {
        socket.on("error", () => {});
        socket.on("close", () => {
          client.destroy();
          board.destroy();
        });
      }
    });
    this.#servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return (server.address() as { port: number }).port;
  }
}

export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill(signal);
  await ended;
}

/** A failure as every command reports it: number, name, sentence, advice; no stack. */
export function assertError(result: Result, code: number, exit: number): void {
  const context = `${code}: ${JSON.stringify(result)}`;
  assert.equal(result.status, exit, context);
  assert.match(result.stderr, new RegExp(`^error ${code} [a-z-]+: .+\\nadvice: .+$`, "m"), context);
  assert.doesNotMatch(result.stderr, /^\s+at |node:internal/m, context);
}
