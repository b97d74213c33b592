import { failCalls, told } from "../support/failing-calls.js";

// Some of them; all: test/faults/calls.sweep.ts (npm run test:faults).
describe("a call that fails once in an update", function () {
  this.timeout(300_000);
  it("G2: an exception at a call of the engine", () =>
    console.log(`      ${told("puckjs", "call", failCalls("puckjs", "call", 31))}`));
  it("G1: a typed array that is not to be had", () =>
    console.log(`      ${told("puckjs", "allocation", failCalls("puckjs", "allocation", 17))}`));
});
