/**
 * A whole life of a board in the real interpreter, with the bootloader and the agent that are shipped.
 * The tests are one story and run in their order.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generateKey, privateKeyToPem } from "../../host/author/keys.js";
import { EngineBoard } from "../../host/board/engine.js";
import { serveBoard } from "../../host/board/serve-board.js";
import type { SuitcaseError } from "../../host/errors.js";
import { openLink } from "../../host/link/open.js";
import { SmpClient } from "../../host/link/smp.js";
import type { PushEvent } from "../../host/push-types.js";
import { describeEngine, ENGINE, EngineRig, type Offer } from "../support/engine-rig.js";

const MAIN = fileURLToPath(new URL("../../host/cli/main.js", import.meta.url));
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Waits until something holds. */
async function until(holds: () => boolean, what: string, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await pause(20);
  }
}

/** Prints how long each part of an update took. */
function stopwatch(name: string) {
  const start = Date.now();
  let last = start;
  let parts = "";
  const part = (what: string) => {
    parts += ` ${what} ${((Date.now() - last) / 1000).toFixed(2)} s,`;
    last = Date.now();
  };
  return {
    onEvent: ({ type, ...event }: PushEvent) => {
      if (type === "checking") part("envelope sent");
      if (type === "wanted") part("checked");
      if (type === "staged") part("received and checked");
      if (type === "trial" && "boot" in event) part("restarted");
    },
    end: () =>
      console.log(`      ${name}:${parts} all ${((Date.now() - start) / 1000).toFixed(2)} s`),
  };
}

describeEngine("a whole update", function () {
  this.slow(10_000);
  let rig: EngineRig;
  before(() => {
    rig = new EngineRig();
    rig.provision();
    rig.powerOn();
  });
  after(() => rig.remove());

  /** Writes its number, whether it is on trial, and the variables in use; then confirms. */
  const app = (version: number, then = "suitcase.trial()&&suitcase.confirm();") =>
    `var peak=0;setInterval(function(){peak=Math.max(peak,process.memory(false).usage)},20);` +
    `${rig.write(`"v${version} "+suitcase.trial()+" "+process.memory().usage+"\\n"`)}${then}`;

  /** The offer is refused with this number, and no byte of the flash changes. */
  const refuses = async (offer: Offer, code: number) => {
    await rig.state();
    const before = rig.digest();
    const { outcome, error } = await rig.push(offer);
    assert.deepEqual([outcome, error?.code], ["refused", code]);
    assert.equal(rig.digest(), before);
    assert.equal((await rig.state()).sequence, 2);
  };

  it("the agent alone runs on a new board, the console is closed", async () => {
    const state = await rig.state();
    assert.deepEqual([state.sequence, state.slot, state.trial, state.doors], [0, 0, 0, 0]);
    assert.deepEqual(state.device, rig.device);
  });

  it("v1 is installed, tried and confirms itself", async () => {
    const watch = stopwatch("first update (the app alone crosses the link)");
    const result = await rig.push(rig.release(1, app(1)), watch);
    assert.equal(result.outcome, "confirmed");
    watch.end();
    assert.match(rig.read(), /^v1 true \d+\n$/);
    const { sequence, slot, trial, floor } = await rig.state();
    assert.deepEqual([sequence, slot, trial, floor], [1, 1, 0, 1]);
  });

  it("v2 is installed over SMP behind a TCP port, and runs on after another restart", async () => {
    const server = await serveBoard(rig.board, 0);
    const address = `tcp:127.0.0.1:${server.port}`;
    const connect = () =>
      openLink(address, async () => {
        throw new Error("no simulator here");
      });
    const offer = rig.release(2, app(2));
    const watch = stopwatch("second update");
    const { push } = await import("../../host/push.js");
    const result = await push({
      connect,
      envelope: offer.envelope,
      fetchPayload: async (uri) => offer.payloads.get(uri) as Uint8Array,
      ...watch,
    });
    watch.end();
    assert.equal(result.outcome, "confirmed");
    // The server takes one client at a time; it hears of the end a moment later.
    await pause(50);
    const client = new SmpClient(await connect());
    await client.reset();
    await until(() => /v2 false/.test(rig.read()), "v2 after a restart");
    await client.close();
    await server.close();
    rig.powerOn();
    const { sequence, slot, trial } = await rig.state();
    assert.deepEqual([sequence, slot, trial], [2, 0, 0]);
    assert.match(rig.read(), /^v1 true \d+\n(v2 true \d+\n)(v2 false \d+\n)+$/);
    const used = /v2 false (\d+)/.exec(rig.read())?.[1];
    console.log(`      variables in use with bootloader, agent and app: ${used}`);
  });

  it("says already when it is offered again", async () => {
    const before = rig.digest();
    const { outcome } = await rig.push(rig.release(2, app(2)));
    assert.equal(outcome, "already");
    assert.equal(rig.digest(), before);
  });

  it("refuses a tampered envelope, no byte of the flash changes", async () => {
    const { envelope, payloads } = rig.release(3, app(3));
    const at = Buffer.from(envelope).indexOf("agent");
    // R and S follow a nil payload, behind the hint: that is data to be checked, not a thing to refuse for.
    const signature = Buffer.from(envelope).indexOf("f65840", "hex") + 3;
    for (const place of [at, 20, signature + 5, signature + 40]) {
      const tampered = envelope.slice();
      tampered[place] ^= 1;
      await rig.state();
      const before = rig.digest();
      const { outcome, error } = await rig.push({ envelope: tampered, payloads });
      assert.equal(outcome, "refused");
      assert.ok([203, 205].includes(error?.code as number), `${place}: ${error?.code}`);
      assert.equal(rig.digest(), before);
    }
  });

  it("refuses another author", async () => {
    const key = generateKey();
    const own = rig.key;
    (rig as { key: typeof key }).key = key;
    const offer = rig.release(3, app(3));
    (rig as { key: typeof key }).key = own;
    await refuses(offer, 203);
  });

  it("refuses an older release, and another one of the same number", async () => {
    await refuses(rig.release(1, app(1)), 401);
    await refuses(rig.release(2, app(22)), 402);
  });

  it("refuses a release for another class", () =>
    refuses(rig.release(3, app(3), { class: new Uint8Array(16).fill(9) }), 321));

  it("goes back when the app throws, and remembers why", async () => {
    const result = await rig.push(rig.release(3, app(3, "throw new Error('bad day')")));
    assert.deepEqual([result.outcome, result.error?.code], ["reverted", 802]);
    const { sequence, trial, floor, reason } = await rig.state();
    assert.deepEqual([sequence, trial, floor, reason], [2, 0, 3, 802]);
    assert.match(rig.read(), /v3 true \d+\nv2 false \d+\n$/);
  });

  it("goes back after three boots that nobody confirmed, through kill -9", async () => {
    const offer = rig.release(4, app(4, ""));
    const stop = new AbortController();
    await assert.rejects(
      rig.push(offer, { signal: stop.signal, onEvent: (e) => e.type === "trial" && stop.abort() }),
    );
    for (let boots = 1; boots < 4; boots++) {
      assert.equal((await rig.state()).trial, boots);
      process.kill(rig.board.pid as number, "SIGKILL");
      const started = rig.board.boots;
      await until(() => rig.board.boots > started, "a restart");
    }
    const { sequence, reason } = await rig.state();
    assert.deepEqual([sequence, reason], [2, 801]);
  });

  it("goes back when told to, and when the time of a trial is over", async () => {
    const trial = async (on: EngineRig, sequence: number) => {
      const stop = new AbortController();
      const onEvent = (event: PushEvent) => event.type === "trial" && stop.abort();
      const offer = on.release(sequence, "0");
      await assert.rejects(on.push(offer, { signal: stop.signal, onEvent }));
      assert.deepEqual((await on.state()).trial, 1);
      return on.board.boots;
    };
    const back = async (on: EngineRig, boots: number, sequence: number, reason: number) => {
      await until(() => on.board.boots > boots, "a restart");
      const state = await on.state();
      assert.deepEqual([state.sequence, state.trial, state.reason], [sequence, 0, reason]);
    };
    const boots = await trial(rig, 5);
    const client = new SmpClient(await rig.connect());
    await client.revert();
    await client.close();
    await back(rig, boots, 2, 803);
    const other = new EngineRig();
    other.provision({ deadline: 3 });
    other.powerOn();
    await back(other, await trial(other, 1), 0, 804);
    await other.remove();
  });

  it("resumes after kill -9 in the middle of the download", async () => {
    const text = `/*${"0123456789abcdef".repeat(3000)}*/`;
    const offer = rig.release(6, text + app(6));
    const size = 48_000;
    const stop = new AbortController();
    await assert.rejects(
      rig.push(offer, {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type !== "payload" || event.done < size / 2 || stop.signal.aborted) return;
          process.kill(rig.board.pid as number, "SIGKILL");
          stop.abort();
        },
      }),
    );
    await rig.powerOff();
    rig.powerOn();
    assert.equal((await rig.state()).sequence, 2);
    let resumedAt = -1;
    const watch = stopwatch("the rest of 48 kB");
    const result = await rig.push(offer, {
      onEvent: (event) => {
        watch.onEvent(event);
        if (event.type === "payload" && resumedAt < 0) resumedAt = event.done;
      },
    });
    watch.end();
    assert.equal(result.outcome, "confirmed");
    assert.ok(resumedAt > size / 3 && result.bytesSent < size, `${resumedAt} ${result.bytesSent}`);
    assert.match(rig.read(), /v6 true \d+\n$/);
  });

  it("H1, F8: what is typed on the link is data, not a program", async () => {
    const typed = (mark: string) => [
      `\n${rig.write(`"${mark} "`)}\n`,
      `\x03\x03\r\n\x10${rig.write(`"${mark} "`)}\r\n`,
      `E.setConsole("USB",{force:true})\n${rig.write(`"${mark} "`)}\n`,
      `\x10\x01\x20\x10${rig.write(`"${mark} "`)}\n`,
    ];
    const before = rig.digest();
    for (const text of typed("typed")) {
      rig.board.write(Buffer.from(text, "latin1"));
      await pause(200);
    }
    assert.doesNotMatch(rig.read(), /typed/);
    assert.equal((await rig.state()).doors, 0);
    assert.equal(rig.digest(), before);
    // The same on a board whose console was left open: the test would see it.
    const open = new EngineRig();
    open.provision({ keepConsole: true });
    open.powerOn();
    await pause(500);
    open.board.write(Buffer.from(`\n${open.write('"typed"')}\n`, "latin1"));
    await until(() => open.read() === "typed", "typed text on an open console");
    await open.remove();
  });
});

describeEngine("suitcase sim --engine", function () {
  this.slow(10_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sim-engine-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
    let out = "";
    let err = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      err += data;
    });
    const ended = new Promise<number | null>((done) => child.once("close", done));
    return { child, ended, out: () => out, err: () => err };
  };
  const put = (name: string, text: string | Uint8Array, mode = 0o600) =>
    writeFileSync(path.join(folder, name), text, { mode });

  it("serves a board to suitcase push and suitcase status", async () => {
    const key = generateKey();
    put("author.key", privateKeyToPem(key));
    put("app.js", "suitcase.trial()&&suitcase.confirm()");
    const who = ["--vendor-domain", "example.com", "--class-name", "demo"];
    const trust = Buffer.from(key.publicKey).toString("hex");
    const sim = start(
      ...["sim", "--flash", "b.flash", "--engine", ENGINE, "--tcp", "0", "--json"],
      ...["--trust", trust, ...who],
    );
    const pack = start(
      ...["pack", "--board", "linux", "--key", "author.key", "--sequence", "7", ...who],
      ...["--component", "app=app.js", "--out", "v7.suit"],
    );
    assert.equal(await pack.ended, 0, pack.err());
    await until(() => sim.out().endsWith("}\n"), `an address ${sim.err()}`);
    const { board, espruino } = JSON.parse(sim.out());
    assert.equal(espruino, EngineBoard.version(ENGINE));
    const push = start("push", "v7.suit", "--board", board, "--json");
    assert.equal(await push.ended, 0, push.err());
    assert.equal(JSON.parse(push.out()).outcome, "confirmed");
    const status = start("status", "--board", board);
    assert.equal(await status.ended, 0, status.err());
    assert.match(status.out(), /sequence 7 in slot B/);
    sim.child.kill("SIGTERM");
    assert.equal(await sim.ended, 0, sim.err());
  });

  it("ends with a number when the interpreter cannot be used", async () => {
    // Names a version and then dies, again and again.
    put("dies", '#!/bin/sh\n[ "$1" = -e ] && echo "<2v29>" && exit\nexit 3\n', 0o700);
    put("text", "no program", 0o700);
    put("locked", "", 0o600);
    const cases: [string, RegExp][] = [
      ["./none", /none does not exist/],
      ["/tmp", /is not a file/],
      ["./locked", /is not executable/],
      ["./text", /is no Espruino/],
      ["/bin/true", /is no Espruino/],
      ["./dies", /ended 5 times within 2 s, the last time with code 3/],
    ];
    for (const [engine, message] of cases) {
      const sim = start("sim", "--flash", "b.flash", "--engine", engine, "--tcp", "0", "--json");
      assert.equal(await sim.ended, 2);
      assert.match(sim.err(), /^error 940 engine-unusable: /m);
      assert.match(sim.err(), message);
    }
  });

  it("tells a user of the class why", async () => {
    const wrong = (engine: string) => (error: SuitcaseError) =>
      error.code === 940 && error.message.includes(engine);
    assert.throws(() => new EngineBoard("/none", path.join(folder, "b.flash")), wrong("/none"));
    const board = new EngineBoard("/bin/false", path.join(folder, "b.flash"));
    const error = await new Promise<Error>((done) => board.onFailure(done));
    assert.ok(wrong("/bin/false")(error as SuitcaseError));
    assert.equal(board.boots, 5);
    await board.close();
  });
});
