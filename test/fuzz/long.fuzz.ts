/** `npm run fuzz`: many envelopes in Node, against the reference (options.ts). */
import assert from "node:assert/strict";
import { hex } from "../support/cbor.js";
import { caseOf, KINDS, type Kind } from "./cases.js";
import { options } from "./options.js";
import { examine } from "./oracles.js";
import { heap, run, STRIDE, summary } from "./run.js";

const { cases: all, seed, one } = options();

/** How the cases are divided among the kinds. */
const SHARES: Record<Kind, number> = { structure: 0.3, node: 0.3, bytes: 0.4 };
/** What the heap may grow by, once all is warm: less than a thousand bytes for each case. */
const GROWTH = 4_000_000;

if (one)
  describe("fuzz: one case", () => {
    it(one, () => {
      const [kind, bytes] = one.split(":");
      examine(caseOf(kind as Kind, hex(bytes)));
    });
  });
else
  describe(`fuzz: seed ${seed}`, () => {
    for (const kind of KINDS) {
      const cases = Math.ceil(all * SHARES[kind]);
      it(`${kind}: ${cases} envelopes, judged as the reference does, and the heap does not grow`, () => {
        // Code is compiled and tables are filled before the heap is looked at.
        run(kind, Math.min(cases, STRIDE / 10), seed + 1);
        const before = heap();
        const figures = run(kind, cases, seed);
        console.log(`      ${summary(figures)}`);
        assert.equal(figures.cases, cases);
        for (const bytes of figures.heaps)
          assert.ok(bytes < before + GROWTH, `${before} to ${bytes}`);
        if (cases >= STRIDE) assert.ok(figures.numbers.size > 20, `${figures.numbers.size} ends`);
      });
    }
  });
