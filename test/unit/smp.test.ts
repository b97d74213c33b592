import assert from "node:assert/strict";
import { encode } from "cborg";
import { SmpClient, SmpError } from "../../host/link/smp.js";
import { ROLE_OTHER, ROLE_RUNNING } from "../../host/link/state.js";
import { framedTransport } from "../../host/link/stream.js";
import type { Transport } from "../../host/link/transport.js";
import { chunkSize } from "../../host/link/upload.js";
import { type Faults, FaultyLink } from "../support/faulty-link.js";
import { StubBoard, type StubOptions } from "../support/stub-board.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const QUICK = { first: 10, longest: 40, attempts: 6 };

/** A board played by the test: it sees each packet and says what comes back. */
function scripted(reply: (packet: Uint8Array, send: (answer: Uint8Array) => void) => void) {
  const sent: Uint8Array[] = [];
  let onPacket: (packet: Uint8Array) => void = () => {};
  let onClose: (reason?: Error) => void = () => {};
  const transport: Transport = {
    name: "test",
    async send(packet) {
      sent.push(packet);
      setImmediate(() => reply(packet, (answer) => onPacket(answer)));
    },
    onPacket: (callback) => {
      onPacket = callback;
    },
    onClose: (callback) => {
      onClose = callback;
    },
    close: async () => onClose(),
  };
  return { transport, sent, cut: () => onClose() };
}

function answerTo(packet: Uint8Array, map: Uint8Array): Uint8Array {
  const head = Uint8Array.from(packet.subarray(0, 8));
  head[0] = (head[0] as number) | 1;
  head[2] = map.length >> 8;
  head[3] = map.length & 0xff;
  return Buffer.concat([head, map]);
}

function connect(options: StubOptions = {}, faults: Faults = {}) {
  const board = new StubBoard(options);
  const link = new FaultyLink(board, faults);
  const client = new SmpClient(framedTransport(link.open(), "stub"), { timing: QUICK });
  return { board, link, client };
}

const named = (name: string) => (error: Error) => error.name === name;

describe("SMP packets", () => {
  it("are the bytes of the specification", async () => {
    const { transport, sent } = scripted((_, send) =>
      send(hex("0300000600000000 a1 61 72 62 6869")),
    );
    const client = new SmpClient(transport, { firstSequence: 0, timing: QUICK });
    assert.equal(await client.echo("hi"), "hi");
    assert.deepEqual(sent, [hex("02 00 0006 0000 00 00 a1 61 64 62 6869")]);
  });

  it("of a poll, of parameters and of a state carry group, command and sequence; no digest, no state", async () => {
    const { transport, sent } = scripted((packet, send) => send(answerTo(packet, hex("a0"))));
    const client = new SmpClient(transport, { firstSequence: 254, timing: QUICK });
    await client.poll();
    await client.parameters();
    await assert.rejects(client.state(ROLE_RUNNING), named("link-silent"));
    assert.deepEqual(sent, [
      hex("00 00 0001 0042 fe 03 a0"),
      hex("00 00 0001 0000 ff 06 a0"),
      hex("00 00 0008 0042 00 01 a1 64 726f6c65 1820"),
    ]);
  });

  it("may be answered with maps of indefinite length, as Zephyr does", async () => {
    const answer = hex(
      "01 00 0019 0000 00 06 bf 68 6275665f73697a65 190100 69 6275665f636f756e74 01 ff",
    );
    const { transport } = scripted((_, send) => send(answer));
    const client = new SmpClient(transport, { firstSequence: 0, timing: QUICK });
    assert.deepEqual(await client.parameters(), { bufferSize: 256, bufferCount: 1 });
  });
});

describe("SMP client", () => {
  it("F1: resends the same packet until it is answered", async () => {
    let seen = 0;
    const { transport, sent } = scripted((packet, send) => {
      if (++seen === 3) send(answerTo(packet, encode({ r: "x" })));
    });
    const client = new SmpClient(transport, { timing: QUICK });
    assert.equal(await client.echo("x"), "x");
    assert.equal(sent.length, 3);
    assert.deepEqual(sent[0], sent[2]);
  });

  it("F1: ignores late, foreign and malformed answers", async () => {
    let previous: Uint8Array | null = null;
    const { transport } = scripted((packet, send) => {
      const good = answerTo(packet, encode({ r: "good" }));
      const bad = (at: number) => {
        const copy = Uint8Array.from(answerTo(packet, encode({ r: "bad" })));
        copy[at] = (copy[at] as number) ^ 1;
        return copy;
      };
      if (previous) send(previous);
      for (const at of [0, 2, 3, 4, 5, 6, 7]) send(bad(at));
      send(answerTo(packet, hex("ff")));
      send(answerTo(packet, hex("81 01")));
      send(new Uint8Array(0));
      send(packet);
      send(good);
      previous = answerTo(packet, encode({ r: "late" }));
    });
    const client = new SmpClient(transport, { timing: QUICK });
    assert.equal(await client.echo("1"), "good");
    assert.equal(await client.echo("2"), "good");
  });

  it("sends one request at a time", async () => {
    let open = 0;
    let most = 0;
    const { transport } = scripted((packet, send) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        send(answerTo(packet, encode({ r: "x" })));
      }, 1);
    });
    const client = new SmpClient(transport, { timing: { ...QUICK, first: 1000 } });
    await Promise.all([1, 2, 3, 4].map(() => client.echo("x")));
    assert.equal(most, 1);
  });

  it("E12: gives up on a silent board, and the next request still works", async () => {
    let isSilent = true;
    const { transport, sent } = scripted((packet, send) => {
      if (!isSilent) send(answerTo(packet, encode({ r: "x" })));
    });
    const client = new SmpClient(transport, { timing: { first: 1, longest: 2, attempts: 4 } });
    await assert.rejects(client.echo("x"), named("link-silent"));
    assert.equal(sent.length, 4);
    isSilent = false;
    assert.equal(await client.echo("x"), "x");
  });

  it("F3: fails at once when the link closes, and stays failed", async () => {
    const { transport, cut } = scripted(() => {});
    const client = new SmpClient(transport, { timing: { ...QUICK, first: 60_000 } });
    const waiting = client.echo("x");
    setImmediate(cut);
    await assert.rejects(waiting, named("link-lost"));
    await assert.rejects(client.echo("x"), named("link-lost"));
  });

  it("turns a refusal into an SmpError with the board's own number", async () => {
    const { transport } = scripted((packet, send) =>
      send(answerTo(packet, encode({ rc: 6, error: 407, at: 3 }))),
    );
    const client = new SmpClient(transport, { timing: QUICK });
    await assert.rejects(client.confirm(), (error: unknown) => {
      assert.ok(error instanceof SmpError);
      assert.deepEqual([error.rc, error.error, error.at], [6, 407, 3]);
      return true;
    });
  });

  it("F1: takes 'no trial' after a resend for the answer that was lost", async () => {
    let seen = 0;
    const { transport } = scripted((packet, send) => {
      if (++seen > 1) send(answerTo(packet, encode({ rc: 6, error: 407 })));
    });
    await new SmpClient(transport, { timing: QUICK }).confirm();
    assert.equal(seen, 2);
  });

  it("resets a board with one packet only: another would cost a trial boot", async () => {
    const { transport, sent } = scripted(() => {});
    const client = new SmpClient(transport, { timing: { first: 1, longest: 1, attempts: 5 } });
    await assert.rejects(client.reset(), named("link-silent"));
    assert.equal(sent.length, 1);
  });

  it("reads everything a board tells", async () => {
    const { board, client } = connect();
    assert.equal(await client.bootloaderInfo(), "SUIT");
    assert.deepEqual(await client.manifests(), [32]);
    const state = await client.state(ROLE_RUNNING);
    assert.equal(state?.sequence, 1);
    assert.equal(state?.slotSize, 12288);
    assert.deepEqual(state?.digest, new Uint8Array(32).fill(1));
    assert.equal(await client.state(ROLE_OTHER), null);
    board.flash.before = { sequence: 9, digest: new Uint8Array(32), trial: 0 };
    assert.equal((await client.state(ROLE_OTHER))?.sequence, 9);
    assert.deepEqual(await client.manifests(), [32, 33]);
    await client.cleanup();
  });
});

describe("uploads", () => {
  it("fill packets exactly to buf_size and never beyond", () => {
    for (let buffer = 60; buffer < 700; buffer++) {
      for (const off of [0, 23, 24, 255, 256, 65535, 65536]) {
        const fields = { stream_session_id: 1, off, ...(off === 0 ? { len: 70_000 } : {}) };
        const size = chunkSize(fields, buffer, 1);
        const packet = (data: number) =>
          8 + encode({ ...fields, data: new Uint8Array(data) }).length;
        assert.ok(packet(size) <= buffer, `${buffer} ${off}`);
        // one byte more does not fit, or grows the head of the byte string
        assert.ok(packet(size + 1) > buffer, `${buffer} ${off}`);
        const aligned = chunkSize(fields, buffer, 4);
        assert.equal((off + aligned) % 4, 0);
        assert.ok(aligned > size - 4);
      }
    }
    assert.throws(() => chunkSize({ off: 0, len: 9 }, 28, 4), named("link-answer"));
  });

  for (const bufferSize of [64, 100, 128, 256, 500]) {
    it(`arrive whole through packets of ${bufferSize} bytes`, async () => {
      const envelope = Uint8Array.from({ length: 700 }, (_, i) => i);
      const seen: Uint8Array[] = [];
      const verdict = (bytes: Uint8Array) => {
        seen.push(bytes);
        return null;
      };
      const app = Uint8Array.from({ length: 1003 }, (_, i) => i * 3);
      const resources = [{ uri: "#app", bytes: app }];
      const { board, client } = connect({ bufferSize, verdict, resources });
      await client.uploadEnvelope(envelope);
      await client.poll();
      const wanted = await client.poll();
      assert.deepEqual([wanted.state, wanted.resource], [2, "#app"]);
      const progress: number[] = [];
      await client.uploadResource(wanted.session, app, (done) => progress.push(done));
      assert.deepEqual(seen, [envelope]);
      assert.deepEqual(Uint8Array.from(board.flash.payload.parts.get("#app") as Uint8Array), app);
      assert.equal(progress.at(-1), app.length);
      assert.ok(board.requests.every(({ size }) => size <= bufferSize));
      assert.equal((await client.poll()).state, 3);
    });
  }

  const follow = async (offers: number[], total: number) => {
    const asked: number[] = [];
    const { transport } = scripted((packet, send) => {
      if (packet[7] === 6) return send(answerTo(packet, encode({ buf_size: 64 })));
      const text = Buffer.from(packet).toString("latin1");
      const at = text.indexOf("coff") + 4;
      const head = packet[at] as number;
      asked.push(head < 24 ? head : (packet[at + 1] as number));
      send(answerTo(packet, encode({ off: offers[Math.min(asked.length, offers.length) - 1] })));
    });
    const client = new SmpClient(transport, { timing: QUICK });
    await client.uploadEnvelope(new Uint8Array(total));
    return asked;
  };

  it("F1: follow the board ahead, short and back", async () => {
    assert.deepEqual(await follow([80, 90, 8, 0, 40, 100], 100), [0, 80, 90, 8, 0, 40]);
    assert.deepEqual(await follow([100], 100), [0]);
    assert.deepEqual(await follow([0], 0), [0]);
  });

  for (const off of [101, -1, 1.5, "7", null, undefined, 2 ** 60]) {
    it(`F5: refuse an answered offset of ${off}`, async () => {
      await assert.rejects(follow([40, off as number], 100), named("link-answer"));
    });
  }

  it("F5: end when the board asks for the same bytes for ever, or goes in a circle", async () => {
    await assert.rejects(follow([40], 100), named("link-no-progress"));
    const circle = Array.from({ length: 100 }, (_, i) => (i % 2 ? 40 : 20));
    await assert.rejects(follow(circle, 100), named("link-no-progress"));
  });

  it("F5: bear with a board that often starts over but gets further each time", async () => {
    const offers = Array.from({ length: 24 }, (_, i) => (i % 2 ? 0 : 8 + 4 * i));
    assert.equal((await follow([...offers, 100], 100)).length, 25);
  });

  it("F2: are not disturbed by text typed into the port", async () => {
    const board = new StubBoard();
    const duplex = new FaultyLink(board).open();
    const client = new SmpClient(framedTransport(duplex, "stub"), { timing: QUICK });
    await duplex.write(Buffer.from("reset()\n\x03\x10\x01echo(1)\r\n"));
    assert.equal(await client.echo("still here"), "still here");
  });
});
