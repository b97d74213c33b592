/** Commands that put components into a slot, on boards that run the shipping bundles. */
import assert from "node:assert/strict";
import { ROLE_AGENT, ROLE_APP, ROLE_DATA } from "../../device/flash/layout.js";
import { bstr, type Node } from "../support/cbor.js";
import { commands, override } from "../support/envelopes.js";
import {
  agentOf,
  app,
  type Made,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
} from "../support/sim-board.js";
import {
  type Custom,
  custom,
  fetch,
  fetches,
  image,
  type Part,
  select,
} from "../support/sim-manifests.js";
import { storedComponents } from "../support/slot-contents.js";

const text = (value: string) => new Uint8Array(Buffer.from(value));
const A = text("settings of the lamp: warm, dim, slow");
const B = text("another one");
const parts = (...contents: Uint8Array[]): Part[] =>
  contents.map((bytes, i) => ({ name: "abcdef"[i], bytes }));
/** write of content into component `index`. */
const write = (index: number, bytes: Uint8Array): Node[] => [
  ...select(index),
  ...override({ 18: bstr(bytes) }),
  18,
  2,
];
const copy = (index: number, source: number): Node[] => [
  ...select(index),
  ...override({ 22: source }),
  22,
  2,
];
const swap = (index: number, source: number): Node[] => [
  ...select(index),
  ...override({ 22: source }),
  31,
  2,
];
/** From now on a component is to be this. */
const becomes = (index: number, bytes: Uint8Array): Node[] => [
  ...select(index),
  ...override(image(bytes)),
];

for (const name of ["joltjs", "linux"])
  describe(`components on ${name}`, () => {
    const profile = profileOf(name, 24);
    const v1 = release(profile, 1, "one");
    let sim: SimBoard;
    beforeEach(() => {
      sim = new SimBoard(profile, { firmware: v1 });
    });

    const made = (sequence: number, options: Custom) =>
      custom(profile, sequence, `v${sequence}`, options);
    /** Installs it, lets it boot twice, and compares what the slot holds behind agent and app. */
    const holds = (release: Made, program: string, fetched: string[], ...data: Uint8Array[]) => {
      const staging = sim.update(release);
      assert.deepEqual(staging, { state: STAGED, error: 0, at: 0, fetched });
      sim.powerCycle();
      assert.ok(sim.runs(release) && sim.said === program && sim.state().trial === 0);
      const stored = storedComponents(sim);
      assert.deepEqual(
        stored.map(({ bytes }) => bytes),
        [agentOf(profile), app(program), ...data],
      );
      assert.deepEqual(
        stored.map(({ role }) => role),
        [ROLE_AGENT, ROLE_APP, ...data.map(() => ROLE_DATA)],
      );
      return stored;
    };
    const refuse = (release: Made, code: number) => {
      const digest = sim.flash.digest();
      const { state, error } = sim.offer(release.envelope);
      assert.deepEqual([state, error], [REFUSED, code]);
      assert.equal(sim.flash.digest(), digest);
    };

    it("write puts content of the manifest into the slot, check-content finds it", () => {
      const install = [...fetches, ...write(2, A), 6, 15, 3, 15, ...write(3, B), 6, 15, 3, 15];
      holds(made(2, { parts: parts(A, B), install }), "v2", ["app"], A, B);
      // It stays with a release that does not mention how it comes there.
      const careless = made(3, { parts: parts(A, B), install: fetches, changes: { 7: undefined } });
      holds(careless, "v3", ["app"], A, B);
    });

    it("write of something else than the digest says is refused (323, 324)", () => {
      const install = (content: Uint8Array) => [...fetches, ...write(2, content)];
      const other = Uint8Array.from(A, (byte) => byte ^ 1);
      refuse(made(2, { parts: parts(A), install: install(other) }), 323);
      refuse(made(2, { parts: parts(A), install: install(B) }), 324);
    });

    it("check-content of something else fails (329)", () => {
      const install = [...fetches, ...write(2, A), ...override({ 18: bstr(B) }), 6, 15];
      refuse(made(2, { parts: parts(A), install }), 329);
      const before = [...fetches, ...select(2), ...override({ 18: bstr(A) }), 6, 15, 18, 2];
      refuse(made(2, { parts: parts(A), install: before }), 329);
    });

    it("copy shares the place of its source", () => {
      const install = [...fetches, ...write(2, A), ...copy(3, 2), 3, 15];
      const stored = holds(made(2, { parts: parts(A, A), install }), "v2", ["app"], A, A);
      assert.equal(stored[2].at, stored[3].at);
    });

    it("copy takes what the running firmware holds", () => {
      const install = [...fetches, ...write(2, A)];
      holds(made(2, { parts: parts(A), install }), "v2", ["app"], A);
      const next = [...fetches, ...copy(3, 2), 3, 15, ...select(2), 3, 15];
      holds(made(3, { parts: parts(A, A), install: next }), "v3", ["app"], A, A);
    });

    it("copy of what is not there, or is another thing, is refused (323)", () => {
      refuse(made(2, { parts: parts(A, A), install: [...fetches, ...copy(3, 2)] }), 323);
      const other = [...fetches, ...write(2, A), ...copy(3, 2)];
      refuse(made(2, { parts: parts(A, B), install: other }), 323);
    });

    it("swap exchanges two components, and the bootloader checks them where they are", () => {
      const install = [
        ...[...fetches, ...write(2, A), ...write(3, B)],
        ...[...swap(2, 3), ...becomes(2, B), 3, 15, ...becomes(3, A), 3, 15],
      ];
      // The shared sequence before validate says what they were.
      const turned = commands(...becomes(2, B), ...becomes(3, A), ...select(true), 3, 15);
      const release = made(2, { parts: parts(A, B), install, changes: { 7: turned } });
      holds(release, "v2", ["app"], B, A);
      const unsaid = [...fetches, ...write(2, A), ...write(3, B), ...swap(2, 3)];
      refuse(made(3, { parts: parts(A, B), install: unsaid }), 323);
    });

    it("swap with nothing is refused (323)", () => {
      const install = [...fetches, ...write(2, A), ...swap(2, 3)];
      refuse(made(2, { parts: parts(A, A), install }), 323);
    });

    it("what a manifest leaves alone is refused when nothing like it is there (318)", () => {
      const changes = { 7: undefined };
      refuse(made(2, { parts: parts(A), install: fetches, changes }), 318);
    });

    it("a changed byte of a written component keeps the firmware from running", () => {
      const v2 = made(2, { parts: parts(A), install: [...fetches, ...write(2, A)] });
      const stored = holds(v2, "v2", ["app"], A);
      const slot = sim.state().slot as number;
      sim.flip(sim.slotAt(slot) + stored[2].at, 1);
      sim.powerCycle();
      assert.ok(sim.runs(v1) && sim.said === "one");
    });

    it("strict-order off: what was written is not read again (335)", () => {
      const free = override({ 12: false });
      const install = [...fetches, ...free, ...write(2, A), ...copy(3, 2)];
      refuse(made(2, { parts: parts(A, A), install }), 335);
      const swapped = [...fetches, ...write(2, A), ...write(3, A), ...free, ...swap(2, 3)];
      refuse(made(2, { parts: parts(A, A), install: swapped }), 335);
      const strict = [
        ...fetches,
        ...free,
        ...write(2, A),
        ...override({ 12: true }),
        ...copy(3, 2),
      ];
      holds(made(2, { parts: parts(A, A), install: strict }), "v2", ["app"], A, A);
    });

    it("load comes behind validate, and may copy", () => {
      const changes = {
        7: commands(...select(2), 3, 15),
        8: commands(...copy(3, 2), 3, 15),
      };
      const install = [...fetches, ...write(2, A)];
      // validate runs before it.
      refuse(made(2, { parts: parts(A, A), install, changes: { 8: changes[8] } }), 323);
      refuse(
        made(2, { parts: parts(A), install, changes: { 8: commands(...select(2), 14, 15) } }),
        317,
      );
      refuse(made(2, { parts: parts(A), install, changes: { 7: commands(...copy(2, 1)) } }), 307);
      holds(made(2, { parts: parts(A, A), install, changes }), "v2", ["app"], A, A);
    });

    it("run-sequence runs once for each selected component, and its failure ends all", () => {
      const once: Node[] = [32, bstr([3, 15])];
      const install = [...select(0), 32, bstr([...override({ 21: "agent" }), 21, 2])];
      install.push(...fetch(1, "app"), ...select(true), ...once);
      holds(made(2, { install }), "v2", ["app"]);
      refuse(made(3, { install: [...fetches, ...select(true), 32, bstr([14, 15])] }), 317);
      refuse(made(3, { parts: parts(A), install: [...fetches, ...select(true), ...once] }), 323);
      const soft = [...override({ 13: true }), 14, 15];
      holds(made(3, { install: [...fetches, ...select(1), 32, bstr(soft)] }), "v3", ["app"]);
    });

    it("E10: a name twice, of one more kind or one more component, is refused (314, 313)", () => {
      const twice = [{ name: "app", bytes: A }];
      refuse(made(2, { parts: twice, install: [...fetches, ...write(2, A)] }), 314);
      const seven = Array.from({ length: 7 }, (_, i) => ({ name: `p${i}`, bytes: A }));
      refuse(made(2, { parts: seven, install: fetches }), 313);
    });

    it("eight components are taken, six of them in one place", () => {
      const six = Array.from({ length: 6 }, (_, i) => ({ name: `p${i}`, bytes: A }));
      const install = [...fetches, ...write(2, A), ...[3, 4, 5, 6, 7].flatMap((i) => copy(i, 2))];
      const stored = holds(made(2, { parts: six, install }), "v2", ["app"], A, A, A, A, A, A);
      assert.equal(new Set(stored.map(({ at }) => at)).size, 3);
    });
  });
