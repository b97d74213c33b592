/** The BLE link of the board in the real interpreter, behind an `NRF` that records. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BUNDLES } from "../../host/board/bundles.js";
import { SMP_SERVICE } from "../../host/link/bluetooth.js";
import { decodeAnswer, encodePacket, GROUP_OS, WRITE } from "../../host/link/packet.js";
import { describeEngine, ENGINE } from "../support/engine-rig.js";

type Requests = [name: string, pieces: string[], wait: number][];

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const echo = (sequence: number, d: string) =>
  hex(encodePacket({ op: WRITE, group: GROUP_OS, command: 0, fields: { d } }, sequence));
const cut = (packet: string, size: number) =>
  packet.match(new RegExp(`.{1,${2 * size}}`, "g")) ?? [];

/** What follows a request of the rig, by name. */
function run(requests: Requests): Map<string, string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "engine-link-"));
  try {
    const code = readFileSync(path.join(BUNDLES, "test", "link-rig.js"), "latin1");
    const prelude = `var requests=${JSON.stringify(requests)};\n`;
    writeFileSync(path.join(folder, "link.js"), prelude + code);
    const { stdout } = spawnSync(ENGINE, ["link.js"], { cwd: folder, timeout: 20_000 });
    const text = stdout.toString("latin1");
    assert.match(text, /@done/, text.slice(-800));
    return new Map(
      [...text.matchAll(/@(\w+) ([\w,-]*)/g)].map(([, name = "", pieces = ""]) => [
        name,
        pieces === "" ? [] : pieces.split(","),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describeEngine("BLE link", () => {
  const text = "suitcase ".repeat(12);
  const large = (sequence: number) => cut(echo(sequence, text), 128);
  const small = cut(echo(1, text), 20);
  let seen = new Map<string, string[]>();
  before(() => {
    seen = run([
      ["small", small, 600],
      ["large", large(1), 100],
      ["after", ["disconnect", ...small], 600],
      ["half", [echo(2, text).slice(0, 30)], 400],
      ["fresh", large(2), 100],
      ["cut", [echo(3, text).slice(0, 30), "disconnect", ...large(3)], 100],
      ["noise", ["ff", "disconnect", ...large(4)], 100],
      ["huge", ["020002580000070000", ...Array<string>(6).fill("00".repeat(100))], 100],
    ]);
  });
  const pieces = (name: string) => (seen.get(name) ?? []).map((piece) => piece.length / 2);
  const said = (name: string, sequence: number) => {
    const answer = Uint8Array.from(Buffer.from((seen.get(name) ?? []).join(""), "hex"));
    const request = Uint8Array.from(Buffer.from(echo(sequence, text), "hex"));
    return decodeAnswer(answer, request)?.text("r");
  };

  it("keeps the update service beside the app's", () => {
    assert.deepEqual(seen.get("services"), ["180D", SMP_SERVICE]);
  });

  it("answers in pieces as long as the longest write of the connection", () => {
    assert.ok(pieces("small").length > 5 && pieces("small").every((bytes) => bytes <= 20));
    assert.equal(pieces("large")[0], (large(1)[0] as string).length / 2);
    assert.deepEqual(pieces("after"), pieces("small"));
    for (const name of ["small", "large", "after"]) assert.equal(said(name, 1), text, name);
  });

  it("F3: forgets half a packet after a pause and at a disconnect", () => {
    assert.deepEqual(seen.get("half"), []);
    assert.equal(said("fresh", 2), text);
    assert.equal(said("cut", 3), text);
    assert.equal(said("noise", 4), text);
  });

  it("refuses what is too long", () => {
    assert.match((seen.get("huge") ?? []).join(""), /^03000005000007.{2}a162726307$/);
  });
});
