import assert from "node:assert/strict";
import { decode } from "cborg";
import { randomFrom } from "../../host/board/tears.js";
import { HEADER_SIZE } from "../../host/link/packet.js";
import { profileOf, REFUSED, release, SimBoard, STAGED, WANTED } from "../support/sim-board.js";
import { type Reply, SimLink } from "../support/sim-link.js";

/** What a bad cable does to one packet in ten, each; what is lost is sent again. */
class LossyLink extends SimLink {
  random = randomFrom(1);
  late: Uint8Array[] = [];
  lost = 0;

  override request(op: number, group: number, command: number, fields: object = {}): Reply {
    const frame = this.frame(op, group, command, fields);
    for (let attempt = 0; attempt < 50; attempt++) {
      const fate = Math.floor(this.random() * 10);
      // Lost on the way there, or it arrives after what was sent later.
      if (fate === 0) this.lost++;
      else if (fate === 1) this.late.push(frame);
      else {
        if (fate === 2) this.write(frame);
        const answers = this.write(frame);
        if (this.random() < 0.2) for (const old of this.late.splice(0)) this.write(old);
        if (fate !== 3 && answers.length > 0) return decode(answers[0].subarray(HEADER_SIZE));
        this.lost++;
      }
    }
    throw new Error("the cable is cut");
  }
}

for (const name of ["puckjs", "linux"])
  describe(`a bad link to ${name}`, () => {
    const profile = profileOf(name, 20);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");
    const v3 = release(profile, 3, "few");
    const payload = v2.payload("app");
    let sim: SimBoard;
    /** The slot after an update without any trouble. */
    const clean = new Map<typeof v2, string>();
    before(() => {
      for (const made of [v2, v3]) {
        const board = new SimBoard(profile, { firmware: v1 });
        board.update(made);
        clean.set(made, board.slotDigest(1));
      }
    });
    beforeEach(() => {
      sim = new SimBoard(profile, { firmware: v1 });
    });

    const assertUpdated = (made: typeof v2): void => {
      sim.advance(4000);
      assert.ok(sim.runs(made) && sim.state().trial === 0);
      assert.equal(sim.said, made.name);
      assert.equal(sim.slotDigest(1), clean.get(made));
    };

    /** The board wants the payload of v2. */
    const begin = (made = v2): { stream_session_id: number } => {
      const { state, stream_session_id } = sim.offer(made.envelope);
      assert.equal(state, WANTED);
      return { stream_session_id: stream_session_id as number };
    };

    it("F1: arrives whole when packets are lost, doubled, late and out of order", () => {
      let lost = 0;
      for (let seed = 1; seed <= (name === "linux" ? 4 : 20); seed++) {
        sim = new SimBoard(profile, { firmware: v1 });
        sim.link.close();
        const link = new LossyLink(sim.board);
        link.random = randomFrom(seed);
        sim.link = link;
        // A late first chunk makes the board forget the transfer, and a doubled last one finds it
        // busy: the host offers the update again.
        for (let turn = 0; sim.stage(v2).state !== STAGED; turn++) {
          sim.advance(50);
          if (link.poll().state === STAGED) break;
          assert.ok(turn < 20, `seed ${seed}`);
        }
        lost += link.lost;
        assertUpdated(v2);
      }
      assert.ok(lost > 5);
    });

    it("F2: ignores a frame with any one byte changed", () => {
      const session = begin();
      const first = { ...session, off: 0, len: payload.length };
      // A frame without padding: its bits mean nothing.
      const frame = [120, 121, 122]
        .map((size) => sim.link.frame(2, 66, 4, { ...first, data: payload.subarray(0, size) }))
        .find((each) => !each.includes(61)) as Uint8Array;
      const before = sim.flash.digest();
      // The last line feed only ends the line.
      for (let at = 0; at < frame.length - 1; at++) {
        const bad = frame.slice();
        bad[at] ^= 1 << (at % 8);
        // A line feed that is gone takes the next line with it: end it, as a resent frame would.
        assert.deepEqual(sim.link.write(bad), [], `byte ${at}`);
        sim.link.write("\n");
      }
      assert.equal(sim.flash.digest(), before);
      sim.link.upload(4, payload, session);
      assert.equal(sim.answer().state, STAGED);
      assertUpdated(v2);
    });

    it("F3: goes on after a disconnection behind every chunk", () => {
      for (let off = 0; off < v2.envelope.length; off += 50) {
        const data = v2.envelope.subarray(off, off + 50);
        const first = off ? {} : { len: v2.envelope.length };
        const next = sim.reconnect().change(2, { off, data, ...first }).off;
        assert.equal(next, off + data.length);
      }
      const { stream_session_id } = sim.answer();
      for (let off = 0; off < payload.length; ) {
        sim.reconnect();
        // The last thing that the former client sent may have been cut in its middle.
        if (name === "puckjs") sim.link.write("\x06\x09AAAA");
        sim.link.write("\n");
        const { state, stream_session_id: same } = sim.link.poll();
        assert.deepEqual([state, same], [WANTED, stream_session_id]);
        const data = payload.subarray(off, off + 60);
        const first = off ? {} : { len: payload.length };
        off = sim.link.change(4, { stream_session_id, off, data, ...first }).off as number;
      }
      assert.equal(sim.answer().state, STAGED);
      assertUpdated(v2);
    });

    it("F3: tells a new client where to go on", () => {
      const session = begin();
      sim.link.change(4, { ...session, off: 0, len: 700, data: payload.subarray(0, 160) });
      const first = { ...session, off: 0, len: 700, data: payload.subarray(0, 160) };
      assert.equal(sim.reconnect().change(4, first).off, 160);
    });

    it("F4: never mixes two envelopes", () => {
      const half = 200;
      const { length } = v2.envelope;
      assert.equal(v3.envelope.length, length);
      const before = sim.flash.digest();
      const first = v2.envelope.subarray(0, half);
      assert.equal(sim.link.change(2, { off: 0, len: length, data: first }).off, half);
      assert.equal(
        sim.link.change(2, { off: half, data: v3.envelope.subarray(half, 400) }).off,
        Math.min(400, length),
      );
      if (length > 400) sim.link.change(2, { off: 400, data: v3.envelope.subarray(400) });
      const { state, error } = sim.answer();
      assert.deepEqual([state, error], [REFUSED, 205]);
      assert.equal(sim.flash.digest(), before);
      sim.link.change(2, { off: 0, len: length, data: first });
      assert.equal(sim.stage(v3).state, STAGED);
      assertUpdated(v3);
    });

    it("F4: never mixes the payloads of two updates, nor two payloads", () => {
      const session = begin();
      const other = v3.payload("app");
      sim.link.change(4, { ...session, off: 0, len: 700, data: payload.subarray(0, 160) });
      const next = begin(v3);
      assert.notEqual(next.stream_session_id, session.stream_session_id);
      const rest = { off: 160, data: payload.subarray(160, 320) };
      assert.equal(sim.link.change(4, { ...session, ...rest }).error, 603);
      assert.equal(sim.link.change(4, { ...next, ...rest }).off, 0);
      sim.link.change(4, { ...next, off: 0, len: 700, data: payload.subarray(0, 160) });
      assert.equal(sim.link.upload(4, other, next).off, 700);
      const { state, error } = sim.answer();
      assert.deepEqual([state, error], [REFUSED, 323]);
      sim.link.upload(4, other, next);
      assert.equal(sim.answer().state, STAGED);
      assertUpdated(v3);
    });

    it("F5: answers a wrong offset with its own and takes nothing", () => {
      const session = begin();
      const data = payload.subarray(0, 100);
      sim.link.change(4, { ...session, off: 0, len: 700, data });
      const before = sim.flash.digest();
      for (const off of [1, 3, 99, 101, 104, 699, 700, 701, 65536, 2 ** 31, 2 ** 32])
        assert.deepEqual(sim.link.change(4, { ...session, off, data }), { off: 100 }, `${off}`);
      assert.deepEqual(sim.link.change(4, { ...session, data }), { off: 100 });
      for (const off of [-1, 1.5, "1", null, false, new Uint8Array(2)]) {
        const { rc = 0, off: wanted } = sim.link.change(4, { ...session, off, data });
        assert.ok(rc > 0 || wanted === 100, `${off}`);
      }
      assert.equal(sim.link.change(4, { ...session, off: 0, data }).error, 602);
      assert.equal(sim.flash.digest(), before);
      const odd = payload.subarray(100, 163);
      assert.deepEqual(sim.link.change(4, { ...session, off: 100, data: odd }), { off: 160 });
      sim.link.upload(4, payload, session);
      assert.equal(sim.answer().state, STAGED);
      assertUpdated(v2);
    });

    it("F5: wants the first chunk of an envelope first, and no more than it announced", () => {
      const data = v2.envelope.subarray(0, 100);
      assert.equal(sim.link.change(2, { off: 100, data }).error, 601);
      assert.equal(sim.link.change(2, { off: 0, data }).error, 601);
      assert.equal(sim.link.change(2, { off: 0, len: 50, data }).error, 602);
      assert.equal(sim.link.change(2, { off: 0, len: 200, data }).off, 100);
      assert.equal(sim.link.change(2, { off: 150, data }).off, 100);
      assert.equal(sim.link.change(2, { off: 100, data: v2.envelope.subarray(0, 101) }).error, 602);
      assert.equal(sim.stage(v2).state, STAGED);
    });

    it("F6: a second client takes over cleanly", () => {
      const session = begin();
      const first = sim.link;
      first.change(4, { ...session, off: 0, len: 700, data: payload.subarray(0, 100) });
      sim.link = new SimLink(sim.board, profile.links.at(-1));
      assert.equal(sim.stage(v3).state, STAGED);
      const late = { ...session, off: 100, data: payload.subarray(100, 200) };
      assert.equal(first.change(4, late).rc, 10);
      assertUpdated(v3);
    });

    it("F7: arrives in chunks of any size", () => {
      for (const room of [1, 4, 7, 23, 64, 185, 200]) {
        sim = new SimBoard(profile, { firmware: v1 });
        sim.link.upload(2, v2.envelope, {}, room);
        const { stream_session_id } = sim.answer();
        // Fewer than four bytes are no word: the board asks for them again.
        sim.link.upload(4, payload, { stream_session_id }, Math.max(4, room));
        assert.equal(sim.answer().state, STAGED);
        assertUpdated(v2);
        if (name === "linux") break;
      }
    });

    it("F8 H1: text that is typed into the link is never run, and disturbs nothing", () => {
      const typed = [
        "print('pwned')\n",
        "\x03\x03print('pwned')\r\n",
        "\x10\x01print('pwned')\n",
        "\x10print('pwned');reset()\n",
        "\x1b[A\x04\nE.reboot()\n",
        "\x06\tprint('pwned')\n",
        "\x04\x14print('pwned')\n",
        `${"x".repeat(3000)}\n`,
        "\x06\x09\n",
        "\0\n",
      ];
      assert.equal(sim.board.console, null);
      assert.equal(sim.state().doors, 0);
      for (const text of typed) {
        assert.deepEqual(sim.link.write(text), []);
        assert.equal(sim.state().sequence_number, 1);
      }
      const session = begin();
      let off = 0;
      for (let i = 0; off < payload.length; i++) {
        const data = payload.subarray(off, off + 40);
        const fields = { ...session, off, data, ...(off ? {} : { len: payload.length }) };
        const frame = Buffer.from(sim.link.frame(2, 66, 4, fields)).toString("latin1");
        // Between the lines of one packet, too.
        const text = typed[i % 5];
        sim.link.write(frame.replaceAll("\n", () => `\n${text}`));
        off += data.length;
        if (off < payload.length)
          assert.equal(sim.link.change(4, { ...session, off: 9999, data }).off, off);
      }
      assert.equal(sim.answer().state, STAGED);
      assertUpdated(v2);
      assert.deepEqual(sim.lines, ["one", "two"]);
      assert.ok(!sim.link.raw.includes("pwned") && !sim.link.raw.includes(">"));
    });

    if (name === "puckjs")
      it("H1: an open console is shown as an open door", () => {
        const open = new SimBoard(profile, { firmware: v1, keepConsole: true });
        open.board.send("Bluetooth", "\n");
        assert.equal(open.board.console, "Bluetooth");
        assert.equal(open.reconnect("Serial1").read(1, { role: 32 }).doors, 1);
      });
  });
