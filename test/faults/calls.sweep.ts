/** Every call and every allocation of an update fails once. */
import { failCalls, told } from "../support/failing-calls.js";

describe("a call that fails once in an update, all of them", function () {
  this.timeout(9_000_000);
  for (const name of ["puckjs", "linux"])
    for (const kind of ["call", "allocation"] as const)
      it(`G1 G2: each ${kind} on ${name}`, () => {
        // On linux signatures are checked in JavaScript: thousands of allocations, all alike.
        const step = name === "linux" ? 23 : 1;
        console.log(`      ${told(name, kind, failCalls(name, kind, step))}`);
      });
});
