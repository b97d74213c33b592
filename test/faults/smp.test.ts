import assert from "node:assert/strict";
import { encode } from "cborg";
import { randomFrom } from "../../host/board/tears.js";
import { profileOf, release, SimBoard } from "../support/sim-board.js";
import { packet } from "../support/sim-link.js";

const READ = 0;
const WRITE = 2;
const OS = 0;
const SUIT = 66;
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("the board's SMP server", () => {
  const profile = profileOf("joltjs", 20);
  const v1 = release(profile, 1, "one");
  let sim: SimBoard;
  let digest: string;
  beforeEach(() => {
    sim = new SimBoard(profile, { firmware: v1 });
    digest = sim.flash.digest();
  });
  afterEach(() => {
    assert.equal(sim.flash.digest(), digest);
    assert.ok(sim.runs(v1) && sim.board.isOn);
  });
  const send = (...args: Parameters<typeof packet>) => sim.link.send(packet(...args));

  it("answers echo, parameters and bootloader", () => {
    assert.deepEqual(sim.link.request(WRITE, OS, 0, { d: "hello" }), { r: "hello" });
    assert.deepEqual(sim.link.request(WRITE, OS, 0, { d: "" }), { r: "" });
    assert.deepEqual(sim.link.request(READ, OS, 6), { buf_size: 256, buf_count: 1 });
    assert.deepEqual(sim.link.request(READ, OS, 8, { query: "x" }), { bootloader: "SUIT" });
  });

  it("resets when told to, after its answer", () => {
    let boots = 0;
    sim.board.on("boot", () => boots++);
    assert.deepEqual(sim.link.request(WRITE, OS, 5), {});
    assert.equal(boots, 0);
    sim.advance(400);
    assert.equal(boots, 1);
    assert.deepEqual(sim.lines, ["one", "one"]);
  });

  it("repeats group, command, sequence and version, and counts the map's bytes", () => {
    const request = packet(WRITE | 8, OS, 0, encode({ d: "x" }), 77);
    const frame = sim.link.frame(WRITE, OS, 0, { d: "x" });
    assert.equal(sim.link.write(frame).length, 1);
    const [reply] = sim.link.send(request);
    assert.deepEqual(reply, { r: "x" });
    const [raw] = sim.link.write(sim.link.frame(WRITE, OS, 0, { d: "x" }));
    assert.deepEqual([...raw.subarray(0, 8)], [3, 0, 0, raw.length - 8, 0, 0, 1, 0]);
  });

  it("knows no other group or command (rc 8)", () => {
    for (const [op, group, command] of [
      [READ, OS, 0],
      [WRITE, OS, 1],
      [READ, OS, 5],
      [WRITE, OS, 6],
      [READ, 1, 0],
      [WRITE, 1, 1],
      [READ, 8, 0],
      [READ, 65, 3],
      [READ, 322, 3],
      [READ, 65535, 255],
      [WRITE, SUIT, 0],
      [READ, SUIT, 2],
      [WRITE, SUIT, 3],
      [READ, SUIT, 4],
      [WRITE, SUIT, 5],
      [READ, SUIT, 6],
      [WRITE, SUIT, 7],
      [WRITE, SUIT, 8],
      [READ, SUIT, 9],
      [READ, SUIT, 255],
    ])
      assert.deepEqual(
        send(op, group, command, encode({})),
        [{ rc: 8 }],
        `${op} ${group}/${command}`,
      );
  });

  it("answers nothing to what is no request", () => {
    for (const op of [1, 3, 4, 5, 6, 7])
      assert.deepEqual(send(op, SUIT, 3, encode({})), [], `op ${op}`);
    for (let size = 0; size < 8; size++)
      assert.deepEqual(sim.link.send(packet(READ, SUIT, 3, encode({})).subarray(0, size)), []);
  });

  it("takes packets up to its buffer and no larger one (rc 7)", () => {
    const text = (size: number) => encode({ d: "x".repeat(size) });
    const largest = 512 - 8 - text(300).length + 300;
    assert.equal(send(WRITE, OS, 0, text(largest))[0].r, "x".repeat(largest));
    assert.deepEqual(send(WRITE, OS, 0, text(largest + 1)), [{ rc: 7 }]);
    assert.deepEqual(send(WRITE, OS, 0, text(900)), [{ rc: 7 }]);
    // Beyond what it gathers there is nobody to answer; the next one is heard.
    assert.deepEqual(send(WRITE, OS, 0, text(4000)), []);
    assert.deepEqual(sim.link.request(WRITE, OS, 0, { d: "x" }), { r: "x" });
  });

  const malformed: [title: string, body: string, error: number][] = [
    ["an array", "80", 107],
    ["a number", "00", 107],
    ["a text that is cut off", "a1 61", 101],
    ["a map that is cut off", "a2 61 61 00", 101],
    ["a length beyond the packet", "a1 61 64 5a ffffffff 00", 101],
    ["a length of 2^64 - 1", "a1 61 64 5b ffffffffffffffff", 109],
    ["a number as key", "a1 00 00", 107],
    ["a float", "a1 61 64 f9 0000", 604],
    ["a null", "a1 61 64 f6", 604],
    ["a tag", "a1 61 64 c0 00", 604],
    ["a nested map", "a1 61 64 a0", 604],
    ["an indefinite string", "a1 61 64 7f ff", 103],
    ["a map of 2^32 entries", "ba ffffffff 61 61 00", 101],
    ["an indefinite map without an end", "bf 61 61 00", 101],
  ];
  for (const [title, body, error] of malformed)
    it(`refuses ${title} (rc 3, error ${error})`, () => {
      const [reply] = send(WRITE, OS, 0, hex(body));
      assert.deepEqual([reply.rc, reply.error], [3, error]);
      assert.ok((reply.at as number) >= 0);
    });

  it("refuses a packet whose length is another than it says (rc 3)", () => {
    for (const length of [0, 4, 6, 65535]) {
      const bytes = packet(WRITE, OS, 0, encode({ d: "x" }));
      bytes.set([length >> 8, length & 255], 2);
      const [reply] = sim.link.send(bytes);
      assert.deepEqual([reply.rc, reply.error], [3, 604]);
    }
  });

  it("refuses requests that lack what they need (rc 3)", () => {
    const refused = (group: number, command: number, fields: object, error: number) =>
      assert.deepEqual(sim.link.request(WRITE, group, command, fields), { rc: 3, error, at: 0 });
    refused(OS, 0, {}, 604);
    // Nothing was begun, and no payload is wanted.
    refused(SUIT, 2, {}, 601);
    refused(SUIT, 4, {}, 603);
    // With data that is none, or without any.
    const data = new Uint8Array(0);
    assert.deepEqual(sim.link.request(WRITE, SUIT, 2, { off: 0, len: 9, data }), { off: 0 });
    refused(SUIT, 2, {}, 604);
    for (const other of [7, true, false]) refused(SUIT, 2, { off: 0, data: other }, 604);
    refused(SUIT, 2, { off: 0, len: 9 }, 604);
  });

  it("has no report before the first attempt (rc 5), and tells what it can do", () => {
    assert.deepEqual(sim.link.read(7), { rc: 5 });
    const { commands, parameters } = sim.link.read(8);
    assert.ok(typeof commands === "string" && typeof parameters === "string");
  });

  it("takes maps of indefinite length, no map at all, and what it does not know", () => {
    assert.deepEqual(send(WRITE, OS, 0, hex("bf 61 64 61 78 ff")), [{ r: "x" }]);
    assert.deepEqual(send(READ, OS, 8, hex("bf ff")), [{ bootloader: "SUIT" }]);
    assert.deepEqual(send(READ, OS, 8, hex("")), [{ bootloader: "SUIT" }]);
    assert.deepEqual(sim.link.request(WRITE, OS, 0, { zz: true, d: "x", n: 9 }), { r: "x" });
  });

  it("has no second firmware on a new board (rc 5)", () => {
    assert.deepEqual(sim.state(33), { rc: 5 });
    assert.deepEqual(sim.link.read(0).manifests, [{ role: 32 }]);
    assert.deepEqual(sim.link.poll(), { state: 0 });
  });

  it("survives 3000 random packets, and keeps its flash", () => {
    const random = randomFrom(5);
    const below = (end: number) => Math.floor(random() * end);
    for (let i = 0; i < 3000; i++) {
      const body = Uint8Array.from({ length: below(40) }, () => below(256));
      if (i % 2 && body.length) body[0] = 0xa0 + below(4);
      const command = below(9);
      // A reset is no answer to test here.
      const group = random() < 0.5 || command === 5 ? SUIT : OS;
      const answers = sim.link.send(
        packet(random() < 0.5 ? READ : WRITE, group, command, body, i & 255),
      );
      assert.equal(answers.length, 1, Buffer.from(body).toString("hex"));
    }
    assert.deepEqual(sim.lines, ["one"]);
  });
});
