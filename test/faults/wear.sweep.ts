/** The life of a board: 10,000 whole updates. */
import assert from "node:assert/strict";
import { CYCLES, wear } from "../support/wear.js";

describe("10,000 updates", function () {
  this.timeout(9_000_000);
  it("A20: no block of the journal or of a slot reaches 10,000 erases", () => {
    const bill = wear("puckjs", 10_000);
    console.log(`      ${JSON.stringify(bill)}`);
    assert.ok(bill.journalErases * bill.updates < CYCLES);
    assert.ok(bill.slotErases * bill.updates < CYCLES);
  });
});
