/** 66/7 and 66/8 of a board that runs the shipping bundles, decoded by the host. */
import assert from "node:assert/strict";
import { capabilityReport, decodeCapabilities } from "../../host/suit/capabilities.js";
import { decodeReport, type ReportFailure } from "../../host/suit/report.js";
import { viewReport } from "../../host/suit/report-words.js";
import { map, type Node } from "../support/cbor.js";
import { commands, override } from "../support/envelopes.js";
import { ALREADY, profileOf, REFUSED, release, SimBoard, STAGED } from "../support/sim-board.js";
import { custom, fetches, image, select } from "../support/sim-manifests.js";

const VALIDATE = 7;
const INSTALL = 20;
/** As a host takes it (docs/wire-format.md). */
const SHARED = 4;
const CBOR = 1;
const UNAUTHORISED = 4;
const COMMAND = 5;
const PARAMETER = 8;
const CONDITION = 10;
const OPERATION = 11;

const OTHER = new Uint8Array(16).fill(0x99);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

for (const name of ["puckjs", "linux"])
  describe(`reports of ${name}`, () => {
    const profile = profileOf(name, 24);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");
    const URI = "coap://updates.example/2";
    let sim: SimBoard;
    before(() => {
      sim = new SimBoard(profile, { firmware: v1 });
    });

    const report = () => decodeReport(sim.link.read(7).report as Uint8Array);

    /** Offers a release that must be refused without a trace; gives what the report says. */
    const refused = (envelope: Uint8Array, code: number): ReportFailure => {
      const digest = sim.flash.digest();
      const reply = sim.offer(envelope);
      assert.deepEqual([reply.state, reply.error], [REFUSED, code]);
      assert.equal(sim.flash.digest(), digest);
      const { failure } = report();
      assert.ok(failure && failure.code === code);
      assert.deepEqual([failure.record.manifest, failure.record.properties], [[], {}]);
      return failure;
    };
    const told = ({ reason, record }: ReportFailure) => {
      const { section, offset, component } = record;
      return [reason, section, offset, component];
    };

    it("I6: a refusal before any command names a byte of the envelope", () => {
      const bent = v2.envelope.map((byte, i) => (i === 80 ? byte ^ 1 : byte));
      const [reason, section, offset] = told(refused(bent, 203));
      assert.deepEqual([reason, section], [UNAUTHORISED, 0]);
      assert.ok((offset as number) < bent.length);
      const cut = v2.envelope.subarray(0, -1);
      assert.deepEqual(told(refused(cut, 101)).slice(0, 2), [CBOR, 0]);
      assert.equal(report().uri, "");
      const unsigned = Uint8Array.from([0xd8, 0x6b, 0xa1, 3, 0x41, 0xa0]);
      assert.deepEqual(told(refused(unsigned, 202)).slice(0, 2), [UNAUTHORISED, 0]);
    });

    it("a refusal in a section names section, offset and component, and the host the command", () => {
      // [12, 1, 20, {21: "app"}, 21, 2] and then the abort.
      const prefix: Node[] = [...fetches, ...select(1)];
      const made = custom(profile, 2, "x", {
        install: [...prefix, 14, 15],
        changes: { 4: URI },
      });
      const failure = refused(made.envelope, 317);
      const offset = commands(...prefix).length - 2;
      assert.deepEqual(told(failure), [CONDITION, INSTALL, offset, 1]);
      assert.deepEqual([report().uri, report().digest.hex], [URI, hex(made.digest)]);
      const { field, sentence } = viewReport(sim.link.read(7).report as Uint8Array, made.envelope);
      assert.equal(field?.command, "condition-abort");
      assert.deepEqual(field?.component, { index: 1, name: "app" });
      assert.match(sentence, /^Refused in install, at byte \d+: condition-abort for component 1/);
    });

    it("a refusal before the manifest was read names no URI, whatever was offered before", () => {
      refused(
        custom(profile, 2, "x", { install: [...fetches, 14, 15], changes: { 4: URI } }).envelope,
        317,
      );
      assert.equal(report().uri, URI);
      refused(
        v2.envelope.map((byte, i) => (i === 80 ? byte ^ 1 : byte)),
        203,
      );
      assert.equal(report().uri, "");
    });

    it("a refusal in validate is told from one in install", () => {
      const changes = { 7: commands(...select(0), 3, 15, ...override(image(OTHER)), 3, 15) };
      const failure = refused(custom(profile, 2, "x", { changes }).envelope, 323);
      const offset = commands(...select(0), 3, 15, ...override(image(OTHER))).length - 2;
      assert.deepEqual(told(failure), [CONDITION, VALIDATE, offset, 0]);
    });

    it("C27: a refusal in the shared sequence is section 4", () => {
      const made = release(profile, 2, "x", { class: OTHER });
      const failure = refused(made.envelope, 321);
      assert.deepEqual(told(failure).slice(0, 2), [CONDITION, SHARED]);
      const { field } = viewReport(sim.link.read(7).report as Uint8Array, made.envelope);
      assert.equal(field?.section, "shared");
      assert.equal(field?.command, "condition-class-identifier");
    });

    it("C28: a command and a parameter that are not known have their own reasons", () => {
      const command = custom(profile, 2, "x", { install: [...fetches, 33, 2] });
      assert.equal(refused(command.envelope, 306).reason, COMMAND);
      const made = custom(profile, 2, "x", {
        install: [...select(1), ...override({ 30: 0 }), ...fetches],
      });
      const failure = refused(made.envelope, 309);
      assert.deepEqual(told(failure).slice(0, 2), [PARAMETER, INSTALL]);
      const { field } = viewReport(sim.link.read(7).report as Uint8Array, made.envelope);
      assert.equal(field?.command, "directive-override-parameters");
    });

    it("what no place has is reported all the same", () => {
      const tooLarge = release(profile, 2, "x", { app: new Uint8Array(sim.slotSize) });
      const failure = refused(tooLarge.envelope, 503);
      // It is no command's fault.
      assert.deepEqual([failure.reason, failure.record.section], [OPERATION, 0]);
    });

    it("an older release is refused for its number, before any command", () => {
      const other = new SimBoard(profile, { firmware: v2 });
      assert.equal(other.offer(v1.envelope).error, 401);
      const { failure, digest } = decodeReport(other.link.read(7).report as Uint8Array);
      assert.deepEqual([failure?.code, failure?.record.section], [401, 0]);
      assert.equal(digest.hex, hex(v1.digest));
    });

    it("a success is reported, with digest and URI, until the board restarts", () => {
      const made = custom(profile, 3, "three", { changes: { 4: URI } });
      assert.equal(sim.stage(made).state, STAGED);
      const { failure, digest, uri, records } = report();
      assert.deepEqual([failure, digest.hex, uri, records], [null, hex(made.digest), URI, []]);
      sim.update(made);
      sim.advance(5000);
      assert.ok(sim.runs(made));
      assert.deepEqual(sim.link.read(7), { rc: 5 });
      assert.equal(sim.offer(made.envelope).state, ALREADY);
    });

    it("a later refusal takes the place of an earlier report", () => {
      assert.equal(sim.offer(v1.envelope).error, 401);
      assert.equal(report().digest.hex, hex(v1.digest));
      const bad = custom(profile, 9, "x", { install: [...fetches, 14, 15] });
      refused(bad.envelope, 317);
      assert.equal(report().digest.hex, hex(bad.digest));
    });

    describe("capabilities", () => {
      const listed = () => {
        const { commands, parameters } = sim.link.read(8);
        const { lists, components } = decodeCapabilities(
          capabilityReport(commands as string, parameters as string),
        );
        const codes = (title: string) => lists[title].map(({ code }) => code).sort((a, b) => a - b);
        return { codes, components, lists };
      };

      it("are what this build has, by the names of the drafts", () => {
        const { codes, components, lists } = listed();
        assert.deepEqual(codes("commands"), [
          ...[1, 2, 3, 4, 5, 6, 12, 14, 15, 18, 20, 21, 22, 23, 24, 25, 27, 28, 29, 31, 32],
        ]);
        const few = [1, 2, 3, 4, 5, 12, 13, 14, 18, 21, 22, 23, 24, 27, 28, 29];
        assert.deepEqual(codes("parameters"), few);
        assert.deepEqual(codes("algorithms"), [-19, -16, -8]);
        assert.deepEqual(codes("manifest"), [6]);
        assert.deepEqual(components, ["any"]);
        for (const { name: known } of Object.values(lists).flat())
          assert.doesNotMatch(known, /unknown/);
      });

      /** The number that the board refuses with, or 0. */
      const verdict = (install: Node[]): number => {
        const { envelope } = custom(profile, 9, "x", { install });
        sim.link.upload(2, envelope, { dry: true });
        const { state, error = 0 } = sim.answer();
        return state === REFUSED ? error : 0;
      };

      it("C28: every command that is not listed is refused (306), every listed one is not", () => {
        const commandCodes = listed().codes("commands");
        for (const code of [
          ...Array.from({ length: 60 }, (_, i) => i),
          255,
          256,
          2 ** 31,
          2 ** 32,
        ]) {
          const found = verdict([...fetches, code, 15]);
          assert.equal(found === 306, !commandCodes.includes(code), `command ${code}: ${found}`);
        }
      });

      it("C28: every parameter that is not listed is refused (309), every listed one is not", () => {
        const parameters = listed().codes("parameters");
        for (const code of [
          ...Array.from({ length: 60 }, (_, i) => i),
          255,
          256,
          2 ** 31,
          2 ** 32,
        ]) {
          const found = verdict([...fetches, 20, map([code, 0])]);
          assert.equal(found === 309, !parameters.includes(code), `parameter ${code}: ${found}`);
        }
      });

      it("C28: a code beyond 32 bits is not the one that its lower bits are", () => {
        for (const code of [3, 14, 21, 22]) {
          const high = 2 ** 32 + code;
          assert.equal(verdict([...fetches, high, 15]), 306, `command ${high}`);
        }
        for (const code of [1, 5, 14, 22]) {
          const high = 2 ** 32 + code;
          assert.equal(verdict([...fetches, 20, map([high, 0])]), 309, `parameter ${high}`);
        }
      });
    });
  });
