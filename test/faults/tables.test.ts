/**
 * The comb tables behind slot B, worn or damaged: a board verifies without them then, at more cost and
 * with the same verdict.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import * as layout from "../../device/flash/layout.js";
import { generateKey } from "../../host/author/keys.js";
import { withoutNative } from "../../host/board/no-native.js";
import type { Profile } from "../../host/board/profiles.js";
import {
  type Made,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  WANTED,
} from "../support/sim-board.js";

const OTHER = generateKey(new Uint8Array(32).fill(99));
const COUNT_AT = layout.CONFIG_AT + layout.CONFIG_COMBS;
const DIGEST_AT = layout.CONFIG_AT + layout.CONFIG_COMBS_DIGEST;
const SIZE = 2 * COMB_SIZE;

/** What happens to the flash, given where the tables lie. */
type Damage = (image: Uint8Array, tables: number) => void;

const flip =
  (at: number, bits: number): Damage =>
  (image, tables) => {
    image[tables + at] ^= bits;
  };
const setting =
  (at: number, bits: number): Damage =>
  (image) => {
    image[at] ^= bits;
  };

const DAMAGES: [what: string, damage: Damage][] = [
  ["the first bit of the base point's table", flip(0, 1)],
  ["a sign in the base point's table", flip(3, 128)],
  ["the last bit of the base point's table", flip(COMB_SIZE - 1, 128)],
  ["the first bit of the key's table", flip(COMB_SIZE, 1)],
  ["an exponent in the key's table", flip(COMB_SIZE + 1502, 128)],
  ["the last bit of the key's table", flip(SIZE - 1, 128)],
  [
    "every hundredth byte",
    (image, at) => {
      for (let i = 0; i < SIZE; i += 100) image[at + i] ^= 16;
    },
  ],
  ["erased tables", (image, at) => image.fill(255, at, at + SIZE)],
  ["tables of zeros", (image, at) => image.fill(0, at, at + SIZE)],
  ["one block of them erased", (image, at) => image.fill(255, at + 4096, at + 8192)],
  [
    "tables in the wrong order",
    (image, at) => {
      image.set(image.slice(at, at + SIZE), at + COMB_SIZE);
    },
  ],
  ["a bit of their digest", setting(DIGEST_AT, 1)],
  ["the last bit of their digest", setting(DIGEST_AT + layout.COMBS_DIGEST_SIZE - 1, 128)],
  ["a number of none", setting(COUNT_AT, 1)],
  ["a number of more than there are", setting(COUNT_AT, 4)],
  ["a number of more than there can be", setting(COUNT_AT, 128)],
];

for (const [what, profile] of [
  ["linux", profileOf("linux", 40)],
  ["joltjs without native code", withoutNative(profileOf("joltjs", 40))],
] as [string, Profile][])
  describe(`damaged tables on ${what}`, () => {
    const good = release(profile, 3, "three", { hint: true });
    const exact = release(profile, 3, "three");
    const forged = release(profile, 3, "forged", { key: OTHER, hint: true });
    const spoilt: Made = { ...good, envelope: good.envelope.slice() };
    let sim: SimBoard;
    let start: ReturnType<SimBoard["flash"]["snapshot"]>;
    let tables: number;
    let running: Made;

    before(() => {
      sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
      running = release(profile, 2, "two");
      sim.update(running);
      assert.ok(sim.runs(running));
      start = sim.flash.snapshot();
      tables = sim.slotAt(2);
      // Behind the hint's head and its 32 bytes stands the signature: one bit of S.
      const at = Buffer.from(good.envelope).indexOf(Buffer.from("3a000100005820", "hex"));
      assert.ok(at > 0);
      spoilt.envelope[at + 7 + 32 + 10 + 40] ^= 1;
    });

    const damaged = (damage: Damage) => {
      const image = start.image.slice();
      damage(image, tables);
      assert.notDeepEqual(image, start.image);
      sim.restore({ ...start, image });
      assert.ok(sim.runs(running) && sim.said === "two");
    };
    const refuses = (made: Made) => {
      const { state, error } = sim.offer(made.envelope);
      assert.deepEqual([state, error], [REFUSED, 203], made.name);
      assert.ok(sim.runs(running));
    };

    it("are believed while they are whole: other ones with their digest give another verdict", () => {
      const wrong: Damage = (image, at) => {
        for (let i = 3; i < SIZE; i += 4) image[at + i] ^= 128;
        const digest = createHash("sha256")
          .update(image.subarray(at, at + SIZE))
          .digest();
        image.set(digest.subarray(0, layout.COMBS_DIGEST_SIZE), DIGEST_AT);
      };
      damaged(wrong);
      refuses(good);
    });

    for (const [name, damage] of DAMAGES)
      it(`${name}: no signature is taken or refused for it, and an update ends safe`, () => {
        damaged(damage);
        refuses(forged);
        refuses(spoilt);
        const update = sim.update(name.length % 2 ? good : exact);
        assert.equal(update.state, STAGED);
        assert.ok(sim.runs(good) && sim.said === "three" && sim.state().trial === 0);
        // What is behind slot B was left alone.
        const after = sim.flash.snapshot().image;
        const image = start.image.slice();
        damage(image, tables);
        assert.deepEqual(after.subarray(tables), image.subarray(tables));
      });

    it("A1: a board with damaged tables survives cuts of an update, too", () => {
      damaged(flip(COMB_SIZE + 7, 64));
      const broken = sim.flash.snapshot();
      const operations = sim.watch();
      sim.update(good);
      const count = operations.length;
      for (let i = 0; i < count; i += Math.ceil(count / 8)) {
        sim.restore(broken);
        sim.watch((_, index) => (index === i ? { when: "before" } : undefined));
        assert.throws(() => sim.update(good));
        sim.flash.onOperation(undefined);
        sim.reconnect();
        sim.board.powerOn();
        assert.ok(sim.runs(running) || sim.runs(good));
        sim.update(good);
        assert.ok(sim.runs(good) && sim.state().trial === 0, `${i}`);
      }
    });

    it("asks for the payloads of a good release as before", () => {
      damaged(flip(5, 2));
      assert.equal(sim.offer(good.envelope).state, WANTED);
    });
  });
