/** Chromium's DevTools protocol over its two pipes: commands, answers, events, by session. */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import type { Readable, Writable } from "node:stream";

// biome-ignore lint/suspicious/noExplicitAny: foreign JSON, each command with its own shape
export type Json = any;

interface Waiting {
  method: string;
  done(result: Json): void;
  failed(error: Error): void;
}

/** One target's end: `send` commands, listen to events by their name. */
export interface Session {
  send(method: string, parameters?: object): Promise<Json>;
  on(event: string, listener: (parameters: Json) => void): void;
}

export class DevTools implements Session {
  readonly process: ChildProcess;
  readonly #events = new EventEmitter();
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #rest = "";
  #gone: Error | undefined;

  constructor(program: string, args: string[]) {
    const pipes: ("ignore" | "pipe")[] = ["ignore", "ignore", "ignore", "pipe", "pipe"];
    this.process = spawn(program, ["--remote-debugging-pipe", ...args], { stdio: pipes });
    this.process.on("exit", (code) => this.#end(new Error(`Chromium ended (${code})`)));
    this.process.on("error", (error) => this.#end(error));
    this.#input.on("error", () => {});
    (this.process.stdio[4] as Readable).on("data", (data: Buffer) => this.#take(data));
  }

  get #input(): Writable {
    return this.process.stdio[3] as Writable;
  }

  get hasEnded(): boolean {
    return this.#gone !== undefined;
  }

  send(method: string, parameters: object = {}, sessionId?: string): Promise<Json> {
    if (this.#gone) return Promise.reject(this.#gone);
    const id = ++this.#last;
    const command = { id, method, params: parameters, ...(sessionId && { sessionId }) };
    this.#input.write(`${JSON.stringify(command)}\0`);
    return new Promise((done, failed) => this.#waiting.set(id, { method, done, failed }));
  }

  on(event: string, listener: (parameters: Json) => void, sessionId = ""): void {
    this.#events.on(`${sessionId} ${event}`, listener);
  }

  /** Attaches to a target. */
  async attach(targetId: string): Promise<Session> {
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    return {
      send: (method, parameters) => this.send(method, parameters, sessionId),
      on: (event, listener) => this.on(event, listener, sessionId),
    };
  }

  async close(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise((done) => this.process.once("exit", done));
    this.send("Browser.close").catch(() => {});
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(timer);
  }

  #take(data: Buffer): void {
    const messages = (this.#rest + data.toString("utf8")).split("\0");
    this.#rest = messages.pop() as string;
    for (const text of messages) this.#message(JSON.parse(text));
  }

  #message({ id, result, error, method, params, sessionId }: Json): void {
    if (id === undefined) {
      this.#events.emit(`${sessionId ?? ""} ${method}`, params);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.failed(new Error(`${waiting.method}: ${error.message}`));
    else waiting?.done(result);
  }

  #end(error: Error): void {
    this.#gone ??= error;
    for (const { failed } of this.#waiting.values()) failed(error);
    this.#waiting.clear();
  }
}
