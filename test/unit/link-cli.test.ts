import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadProfile } from "../../host/board/profiles.js";
import type { LinkContext } from "../../host/cli/context.js";
import { confirmCommand, rebootCommand, revertCommand } from "../../host/cli/orders.js";
import { pushCommand } from "../../host/cli/push.js";
import type { OutcomeError } from "../../host/cli/report.js";
import { serveCommand } from "../../host/cli/serve.js";
import { statusCommand } from "../../host/cli/status.js";
import { describeError, type SuitcaseError } from "../../host/errors.js";
import { parseAddress } from "../../host/link/address.js";
import { openLink } from "../../host/link/open.js";
import { connectionError, openTcp } from "../../host/link/tcp.js";
import { assertError, run } from "../support/link-run.js";
import { StubBoard } from "../support/stub-board.js";

describe("board addresses", () => {
  it("are parsed into what they name", () => {
    assert.deepEqual(parseAddress("sim:a:b.bin"), { kind: "sim", file: "a:b.bin" });
    assert.deepEqual(parseAddress("tcp:h:99"), { kind: "tcp", host: "h", port: 99 });
    assert.deepEqual(parseAddress("tcp:[::1]:99"), { kind: "tcp", host: "::1", port: 99 });
    const port = { kind: "serial", path: "/dev/ttyACM0" };
    assert.deepEqual(parseAddress("serial:/dev/ttyACM0"), { ...port, baud: 115200 });
    assert.deepEqual(parseAddress("serial:/dev/ttyACM0@9600"), { ...port, baud: 9600 });
    assert.deepEqual(parseAddress("ble:Puck.js 1a2b"), { kind: "ble", name: "Puck.js 1a2b" });
  });

  const malformed = [
    "",
    "puck",
    "usb:x",
    "sim:",
    "tcp:",
    "tcp:h",
    "tcp::99",
    "tcp:h:",
    "tcp:h:0",
    "tcp:h:65536",
    "tcp:h:9x",
    "serial:",
    "serial:@9600",
    "serial:/dev/x@",
    "serial:/dev/x@fast",
    "ble:",
  ];
  for (const text of malformed) {
    it(`"${text}" is refused`, () => {
      assert.throws(() => parseAddress(text), { name: "address-malformed", exit: 2 });
    });
  }

  it("of radios say that they come later, of serial ports that they are not there", async () => {
    const never = async () => assert.fail();
    const radio = { name: "link-not-available", message: /later release/ };
    await assert.rejects(openLink("ble:Puck", never), radio);
    await assert.rejects(openLink("serial:/dev/none", never), { name: "link-refused" });
  });

  it("that cannot be reached each have their own message", async () => {
    await assert.rejects(openTcp("127.0.0.1", 1), { name: "link-refused" });
    const messages = ["ECONNREFUSED", "ENOTFOUND", "EBUSY", "EHOSTUNREACH", "EPIPE"].map((code) => {
      const { name, message } = connectionError(Object.assign(new Error("x"), { code }), "h:1");
      return `${name} ${message}`;
    });
    assert.equal(new Set(messages.map((text) => text.split(" ")[0])).size, 5);
  });

  it("of TCP carry packets, and closing is seen", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (bytes) => {
        socket.write(bytes);
        socket.end();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const link = await openLink(`tcp:127.0.0.1:${port}`, async () => assert.fail());
    const packet = new Promise<Uint8Array>((done) => link.onPacket(done));
    const closed = new Promise<void>((done) => link.onClose(() => done()));
    await link.send(Uint8Array.of(1, 2, 3));
    assert.deepEqual(await packet, Uint8Array.of(1, 2, 3));
    await closed;
    await link.close();
    server.close();
  });
});

describe("link commands", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "suitcase-cli-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** 107({3: h'A10207', "#app": ...}). */
  const APP = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
  const envelope = Buffer.concat([
    Buffer.from("d86ba20343a102076423617070", "hex"),
    Buffer.from([0x59, 1, 44]),
    APP,
  ]);
  const digest = Buffer.alloc(32, 7);

  const boardWith = async (options = {}) => {
    const bytes = Buffer.from("43a10207", "hex");
    const real = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return new StubBoard({
      resources: [{ uri: "#app", bytes: APP }],
      trial: { end: "confirm", after: 5 },
      digestOf: () => real,
      ...options,
    });
  };

  const suit = async () => {
    const path = join(folder, "x.suit");
    await writeFile(path, envelope);
    return path;
  };

  it("status prints the whole state as JSON", async () => {
    const board = new StubBoard();
    board.flash.reason = 801;
    board.flash.before = { sequence: 4, digest, trial: 0 };
    const { out, error } = await run(statusCommand, board, "--board", "sim:x", "--json");
    assert.equal(error, null);
    assert.deepEqual(JSON.parse(out.join("")), {
      board: "sim:x",
      sequence: 1,
      slot: 0,
      state: "confirmed",
      trial: null,
      running: { sequence: 1, digest: "01".repeat(32), slot: 0 },
      other: { sequence: 4, digest: digest.toString("hex"), slot: 1 },
      floor: 1,
      lastRevert: describeError(801),
      lastRefusal: null,
      report: null,
      doors: [],
      profile: "puckjs",
      hardware: loadProfile("puckjs").doors,
      secure: true,
      vendor: "aa".repeat(16),
      class: "bb".repeat(16),
      device: "cc".repeat(16),
      slotSize: 12288,
      agent: "1",
      free: 1000,
    });
    const text = (await run(statusCommand, board, "--board", "sim:x")).out.join("\n");
    assert.match(text, /running +sequence 1 in slot A/);
    assert.match(text, /last revert +801 The trial used up/);
  });

  it("status shows an open door, also one it does not know", async () => {
    const board = new StubBoard();
    board.doors = 5;
    const { out } = await run(statusCommand, board, "--board", "sim:x", "--json");
    const { doors, secure } = JSON.parse(out.join(""));
    assert.deepEqual([doors, secure], [["console", "door-2"], false]);
    assert.match((await run(statusCommand, board, "--board", "sim:x")).out.join(), /OPEN: console/);
  });

  it("confirm, revert and reboot act, and a board without a trial refuses", async () => {
    const board = new StubBoard();
    for (const command of [confirmCommand, revertCommand]) {
      const { out, error } = await run(command, board, "--board", "sim:x");
      assertError(error, "no-trial", 407, 1);
      assert.deepEqual(out, []);
    }
    const before = board.flash.running;
    board.flash.before = before;
    board.flash.running = { sequence: 2, digest, trial: 1 };
    assert.equal((await run(confirmCommand, board, "--board", "sim:x")).error, null);
    assert.equal(board.flash.running.trial, 0);
    board.flash.running.trial = 1;
    const { out } = await run(revertCommand, board, "--board", "sim:x", "--json");
    assert.deepEqual(JSON.parse(out.join("")), { board: "sim:x", done: "revert" });
    assert.equal(board.flash.running, before);
    await new Promise((done) => setTimeout(done, 20));
    const resets = board.resets;
    assert.equal((await run(rebootCommand, board, "--board", "sim:x")).error, null);
    await new Promise((done) => setTimeout(done, 20));
    assert.equal(board.resets, resets + 1);
  });

  it("push prints the outcome and its figures", async () => {
    const board = await boardWith();
    const { out, err, error } = await run(
      pushCommand,
      board,
      await suit(),
      "--board",
      "sim:x",
      "--json",
    );
    assert.equal(error, null);
    const { outcome, sequence, bytes, seconds } = JSON.parse(out.join(""));
    assert.deepEqual([outcome, sequence], ["confirmed", 7]);
    assert.ok(bytes > 300 && seconds >= 0);
    assert.match(err, /The board asks for "#app"\./);
    assert.match(err, /#app .*100 %/);
    const again = await run(pushCommand, board, await suit(), "--board", "sim:x");
    assert.match(again.out.join(""), /^Sequence 7 runs already/);
  });

  it("push leaves with 1 when the board refuses or reverts", async () => {
    const verdict = () => ({ error: 203, at: 9 });
    const refused = await boardWith({ verdict });
    const args = [await suit(), "--board", "sim:x", "--json"];
    const first = await run(pushCommand, refused, ...args);
    assertError(first.error, "signature-invalid", 203, 1);
    const error = { ...describeError(203, 9), at: 9 };
    assert.deepEqual((first.error as OutcomeError).result, { outcome: "refused", error });
    assert.deepEqual(first.out, []);

    const reverted = await boardWith({ trial: { end: "revert", after: 5 } });
    const second = await run(pushCommand, reverted, ...args);
    assertError(second.error, "revert-never-confirmed", 801, 1);
    assert.equal((second.error as OutcomeError).result.outcome, "reverted");
  });

  it("push adds for which draft a refused envelope was written (C39)", async () => {
    const board = await boardWith({ verdict: () => ({ error: 201, at: 0 }) });
    const path = join(folder, "old.suit");
    // Untagged, SHA-256 is 2, validate is 10: { 2: << [ << [2, h'00'] >> ] >>, 3: << {10: h''} >> }
    await writeFile(path, Buffer.from("a202468144820241000343a10a40", "hex"));
    const { error } = await run(pushCommand, board, path, "--board", "sim:x");
    assertError(error, "not-an-envelope", 201, 1);
    const { advice } = error as SuitcaseError;
    assert.match(advice, /^This envelope was written for an older SUIT draft, .*-10 to -13: /);
    assert.ok(advice.endsWith(describeError(201).advice));
  });

  it("push leaves with 2 when a file is missing", async () => {
    const board = new StubBoard();
    const missing = join(folder, "none.suit");
    const { error } = await run(pushCommand, board, missing, "--board", "sim:x");
    assertError(error, "storage-not-found", 971, 2);
    assert.equal(board.requests.length, 0);
  });

  it("serve tells its address and ends when told", async () => {
    const stop = new AbortController();
    const factory = (context: Partial<LinkContext>) => serveCommand(context, stop.signal);
    await suit();
    const args = [folder, "--port", "0", "--json", "--quiet"];
    const { out, err } = await run(factory, new StubBoard(), ...args);
    const { url, port } = JSON.parse(out.join(""));
    assert.ok(port > 0);
    assert.equal((await (await fetch(`${url}x.suit`)).arrayBuffer()).byteLength, envelope.length);
    assert.equal(err, "");
    stop.abort();
    await new Promise((done) => setTimeout(done, 20));
    await assert.rejects(fetch(url));
  });
});
