import assert from "node:assert/strict";
import { generateKey } from "../../host/author/keys.js";
import { checkAgainst, limitUse, measure } from "../../host/author/limits.js";
import { packRelease, type ReleaseOptions } from "../../host/author/pack.js";
import { loadProfile } from "../../host/board/profiles.js";
import { verifyEnvelope } from "../../host/verify.js";
import { bstr, type Node } from "../support/cbor.js";
import * as make from "../support/envelopes.js";

const { limits } = loadProfile("puckjs");
const refusal = (detail: RegExp) => ({ name: "limit-exceeded", code: 941, message: detail });

/** The board's own processor over an envelope whose payload is inside. */
function boardSays(envelope: Uint8Array): number {
  const verdict = verifyEnvelope(envelope, make.device(), () => undefined);
  return verdict.accepted ? 0 : verdict.error.code;
}

describe("limits of a board", () => {
  it("are counted in an envelope", () => {
    const envelope = make.seal();
    const { used } = limitUse(envelope, limits).find(({ name }) => name === "envelope") ?? {};
    // without the image inside
    assert.ok((used as number) < envelope.length - make.IMAGE.length);
    // three sections with the shared sequence (3 commands) before each: 3 + 1 + 1 and 3 * 3
    const { components, commands, nesting, uri, signatures } = measure(envelope);
    assert.deepEqual([components, commands, nesting, uri, signatures], [1, 14, 0, 4, 1]);
    assert.equal(measure(make.sealed({ blocks: [{}, {}, {}] })).signatures, 3);
  });

  it("count commands as the board does, to the last one", () => {
    // 5 commands of the sections and 9 of the shared sequence, then one each
    const filled = (more: number) => {
      const filler: Node[] = Array.from({ length: more }, () => [3, 15]).flat();
      return make.install(...make.INSTALL, ...filler);
    };
    const room = limits.commands - measure(filled(0)).commands;
    assert.equal(boardSays(filled(room)), 0);
    checkAgainst(limits, filled(room));
    assert.equal(boardSays(filled(room + 1)), 703);
    const over = refusal(/: 257 commands, 256 at most$/);
    assert.throws(() => checkAgainst(limits, filled(room + 1)), over);
  });

  it("count nested sequences as the board does", () => {
    const nest = (depth: number): Node[] => {
      let inner: Node[] = [3, 15];
      for (let i = 0; i < depth; i++) inner = [15, [bstr(inner), null]];
      return inner;
    };
    const nested = (depth: number) => make.install(...make.INSTALL, ...nest(depth));
    assert.equal(boardSays(nested(limits.nesting)), 0);
    checkAgainst(limits, nested(limits.nesting));
    assert.equal(boardSays(nested(limits.nesting + 1)), 704);
    const over = refusal(/: 5 levels of nested sequences, 4 at most$/);
    assert.throws(() => checkAgainst(limits, nested(limits.nesting + 1)), over);
  });

  it("are counted in time, however a manifest multiplies its commands", () => {
    let inner: Node[] = [3, 15];
    // twice as many commands with each level
    for (let i = 0; i < 40; i++) inner = [12, true, 15, [bstr(inner), null]];
    const deep = make.twoComponents({ 20: bstr(inner) });
    const { commands, nesting } = measure(deep);
    assert.ok(commands > limits.commands && commands <= 100_000);
    assert.equal(nesting, 12);
  });

  it("are kept by what is packed for a board", () => {
    const release = (count: number, uri: string): ReleaseOptions => ({
      vendor: make.VENDOR,
      class: make.CLASS,
      sequence: 1,
      components: Array.from({ length: count }, (_, i) => ({
        name: `c${i}`,
        bytes: new Uint8Array([i]),
      })),
      key: generateKey(),
      uri: (name) => uri + name,
      limits,
    });
    const longest = "u".repeat(limits.uri - 2);
    packRelease(release(8, ""));
    packRelease(release(1, longest));
    assert.throws(() => packRelease(release(9, "")), refusal(/: 9 components, 8 at most/));
    assert.throws(
      () => packRelease(release(1, `${longest}u`)),
      refusal(/: 97 bytes in a URI, 96 at most$/),
    );
    const small = { ...release(2, ""), limits: { ...limits, envelope: 200 } };
    assert.throws(() => packRelease(small), refusal(/\d+ bytes of envelope, 200 at most$/));
    // payloads inside are not sent with the envelope
    const large = { ...release(1, ""), integrated: true };
    large.components = [{ name: "data", bytes: new Uint8Array(9000) }];
    assert.ok(packRelease(large).envelope.length > limits.envelope);
  });
});
