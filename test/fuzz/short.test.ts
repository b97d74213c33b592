/**
 * A short fuzz of every kind, and every envelope that fuzzing once found something with
 * (regressions.json). `npm run fuzz` runs many more.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { hex } from "../support/cbor.js";
import { KINDS } from "./cases.js";
import { DEVICES } from "./devices.js";
import { EXPECTED_DIFFERENCES } from "./expected-differences.js";
import { examine, judgeByReference } from "./oracles.js";
import { run } from "./run.js";

const SEED = 37;
const CASES = 1000;

interface Regression {
  title: string;
  /** One of devices.ts. */
  device: string;
  envelope: string;
  /** What the reference says; 0: accepted. */
  number: number;
  /** While we do not agree: the id in expected-differences.ts. */
  expected?: string;
}

const REGRESSIONS: Regression[] = JSON.parse(
  readFileSync(new URL("../../../test/fuzz/regressions.json", import.meta.url), "utf8"),
);

describe("fuzz, short", () => {
  for (const kind of KINDS)
    it(`${kind}: ${CASES} envelopes, seed ${SEED}`, () => {
      const { cases, accepted, exact, numbers } = run(kind, CASES, SEED);
      assert.equal(cases, CASES);
      // Most of what is generated is accepted, and most of what is changed has another end each time.
      if (kind === "structure") assert.ok(accepted > CASES / 2, `${accepted} accepted`);
      else assert.ok(accepted > 5 && exact > CASES / 3, `${accepted} accepted, ${exact} exact`);
      assert.ok(numbers.size > 12, `${numbers.size} ends`);
    });
});

describe("fuzz, found before", () => {
  for (const { title, device: name, envelope, number, expected } of REGRESSIONS)
    it(title, () => {
      const device = DEVICES.find((each) => each.name === name);
      assert.ok(device, name);
      const each = { device, envelope: hex(envelope) };
      assert.equal(judgeByReference(each).number, number);
      assert.equal(examine(each).expected, expected);
    });

  it("has an envelope for each difference that is expected", () => {
    const ids = REGRESSIONS.flatMap(({ expected }) => expected ?? []);
    assert.deepEqual(ids.sort(), EXPECTED_DIFFERENCES.map(({ id }) => id).sort());
  });
});
