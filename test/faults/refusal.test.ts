import assert from "node:assert/strict";
import { decode } from "cborg";
import { BLOCK } from "../../device/flash/layout.js";
import {
  type ComponentEntry,
  cbor,
  encodeEnvelope,
  encodeManifest,
  encodeSignature,
  encodeWrapper,
  manifestDigest,
  sha256,
} from "../../host/author/encode.js";
import { generateKey } from "../../host/author/keys.js";
import {
  agentOf,
  app,
  CLASS,
  KEY,
  type Made,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  VENDOR,
  WANTED,
} from "../support/sim-board.js";

const KEY_OF_NOBODY = generateKey(new Uint8Array(32).fill(9));

for (const name of ["puckjs", "linux"])
  describe(`refusals on ${name}`, () => {
    const profile = profileOf(name, 20);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");
    const v3 = release(profile, 3, "three");
    const parts = (names: string[], size?: number): ComponentEntry[] =>
      names.map((each) => {
        const bytes = each === "agent" ? agentOf(profile) : app(each);
        return { name: each, size: size ?? bytes.length, digest: sha256(bytes), uri: each };
      });

    /** A signed envelope whose manifest `change` may make into anything. */
    const forge = (
      components: ComponentEntry[],
      change: (manifest: Map<number, unknown>) => void = () => {},
    ): Uint8Array => {
      const made = encodeManifest({ sequence: 3, vendor: VENDOR, class: CLASS, components });
      const map = decode(made, { useMaps: true }) as Map<number, unknown>;
      change(map);
      const manifest = cbor(map);
      const digest = manifestDigest(manifest);
      return encodeEnvelope(encodeWrapper(digest, [encodeSignature(digest, KEY)]), manifest);
    };

    let sim: SimBoard;
    before(() => {
      sim = new SimBoard(profile, { firmware: v1 });
      sim.update(v2);
    });

    /** A change of the last command sequence: the install section. */
    const install = (change: (commands: unknown[]) => unknown[]) => (map: Map<number, unknown>) => {
      const commands = decode(map.get(20) as Uint8Array, { useMaps: true });
      map.set(20, cbor(change(commands)));
    };
    const bent = (at: number): Uint8Array =>
      v3.envelope.map((byte, i) => (i === at ? ~byte : byte));
    const end = v3.envelope.length;

    const cases: [title: string, error: number, envelope: () => Uint8Array][] = [
      [
        "E1: a signature of nobody's",
        203,
        () => release(profile, 3, "x", { key: KEY_OF_NOBODY }).envelope,
      ],
      ["D1: a damaged signature", 203, () => bent(80)],
      ["C15: a damaged manifest", 205, () => bent(end - 1)],
      ["C1: a truncated envelope", 101, () => v3.envelope.subarray(0, end - 1)],
      ["C2: a byte too many", 102, () => new Uint8Array([...v3.envelope, 0])],
      ["C14: no envelope at all", 201, () => new Uint8Array(64).fill(1)],
      ["C27: another vendor", 320, () => release(profile, 3, "x", { vendor: CLASS }).envelope],
      ["C27: another class", 321, () => release(profile, 3, "x", { class: VENDOR }).envelope],
      ["E2: a rollback", 401, () => v1.envelope],
      [
        "B14: the last sequence number",
        403,
        () => forge(parts(["agent", "app"]), (map) => map.set(2, 4294967295)),
      ],
      [
        "C28: an unknown command",
        306,
        () =>
          forge(
            parts(["agent", "app"]),
            install((all) => [...all, 99, 15]),
          ),
      ],
      [
        "C28: an invocation while installing",
        307,
        () =>
          forge(
            parts(["agent", "app"]),
            install((all) => [...all, 23, 2]),
          ),
      ],
      [
        "C13: an unknown manifest member",
        302,
        () => forge(parts(["agent", "app"]), (map) => map.set(99, 1)),
      ],
      [
        "C39: another manifest version",
        301,
        () => forge(parts(["agent", "app"]), (map) => map.set(1, 2)),
      ],
      [
        "C33: more than the slot holds",
        503,
        () => forge([...parts(["agent"]), ...parts(["app"], sim.slotSize)]),
      ],
      ["C33: an image of no bytes", 310, () => forge([...parts(["agent"]), ...parts(["app"], 0)])],
      ["a release without an agent", 504, () => forge(parts(["app"]))],
      [
        "C25: more components than a board takes",
        313,
        () => forge(parts(["agent", ..."bcdefghi"])),
      ],
      ["C25: a component twice", 314, () => forge(parts(["agent", "app", "app"]))],
      ...["..", ".boot0", "a/b", "a\0", "x".repeat(17), "", "~"].map(
        (id): [string, number, () => Uint8Array] => [
          `C26: the component identifier ${JSON.stringify(id)}`,
          314,
          () => forge(parts(["agent", "app", id])),
        ],
      ),
    ];

    for (const [title, error, envelope] of cases)
      it(`I6: ${title} (${error}) leaves the flash as it was`, () => {
        const digest = sim.flash.digest();
        const operations = sim.watch();
        const reply = sim.offer(envelope());
        sim.flash.onOperation(undefined);
        assert.deepEqual([reply.state, reply.error], [REFUSED, error]);
        assert.deepEqual(operations, []);
        assert.equal(sim.flash.digest(), digest);
        assert.ok(sim.runs(v2) && sim.state().refused === error);
      });

    it("I6: C38: an envelope beyond the limit (702) is not even gathered", () => {
      const digest = sim.flash.digest();
      const len = profile.limits.envelope + 1;
      const reply = sim.link.change(2, { off: 0, len, data: new Uint8Array(100) });
      assert.deepEqual([reply.error, reply.at], [702, len]);
      assert.equal(sim.link.change(2, { off: 0, len: 1e9, data: new Uint8Array(9) }).error, 702);
      assert.equal(sim.flash.digest(), digest);
    });

    it("takes a good one after all of them", () => {
      sim.update(v3);
      assert.ok(sim.runs(v3) && sim.said === "three");
    });

    describe("of payloads", () => {
      /** Offers `made` and gives the session of the payload that is wanted. */
      const begin = (made: Made): number => {
        const fresh = new SimBoard(profile, { firmware: v1 });
        sim = fresh;
        const reply = sim.offer(made.envelope);
        assert.equal(reply.state, WANTED);
        return reply.stream_session_id as number;
      };
      const payload = v2.payload("app");

      it("E9 E11: a payload with a byte more is refused (602), whenever that shows", () => {
        const session = { stream_session_id: begin(v2) };
        const longer = new Uint8Array([...payload, 0]);
        const reply = sim.link.upload(4, longer, session);
        assert.deepEqual([reply.error, reply.at], [602, payload.length]);
        const first = { ...session, off: 0, len: payload.length };
        for (let off = 0; off < 600; off += 100)
          sim.link.change(4, { ...first, off, data: payload.subarray(off, off + 100) });
        const more = { ...session, off: 600, data: new Uint8Array(101) };
        for (let i = 0; i < 3; i++) assert.equal(sim.link.change(4, more).error, 602);
        assert.equal(sim.stage(v2).state, STAGED);
      });

      it("E17: another payload is reported (323), the manifest stays, the right one completes", () => {
        const session = { stream_session_id: begin(v2) };
        const other = payload.map((byte, i) => (i === 300 ? byte ^ 1 : byte));
        for (let turn = 0; turn < 4; turn++) {
          sim.link.upload(4, other, session);
          const { state, error, resource_id } = sim.answer();
          assert.deepEqual([state, error], [REFUSED, 323]);
          assert.equal(Buffer.from(resource_id as Uint8Array).toString(), "app");
          assert.ok(sim.runs(v1));
        }
        assert.equal(sim.link.upload(4, payload, session).rc, undefined);
        assert.equal(sim.answer().state, STAGED);
        sim.advance(4000);
        assert.ok(sim.runs(v2) && sim.said === "two");
        const clean = new SimBoard(profile, { firmware: v1 });
        clean.update(v2);
        assert.equal(sim.slotDigest(1), clean.slotDigest(1));
      });

      it("E16: a payload that did not match is not believed after a restart", () => {
        const session = { stream_session_id: begin(v2) };
        sim.link.upload(
          4,
          payload.map((byte) => byte ^ 1),
          session,
        );
        sim.powerCycle();
        assert.ok(sim.runs(v1));
        // What was there may be gone on with first, but nobody is blamed for it.
        const { state, fetched } = sim.update(v2);
        assert.equal(state, STAGED);
        assert.ok(fetched.length < 3);
        assert.ok(sim.runs(v2) && sim.said === "two");
      });

      it("F3: resumes where a power cut stopped it, without what is there already", () => {
        begin(v2);
        const fetched = { stream_session_id: sim.link.poll().stream_session_id };
        sim.link.change(4, { ...fetched, off: 0, len: 700, data: payload.subarray(0, 100) });
        sim.powerCycle();
        const operations = sim.watch();
        assert.equal(sim.offer(v2.envelope).state, WANTED);
        const words = operations
          .filter(({ kind }) => kind === "program")
          .reduce((sum, { length }) => sum + length, 0);
        assert.ok(words < BLOCK, `${words} bytes were written again`);
      });
    });
  });
