import assert from "node:assert/strict";
import { COMMAND_UNSUPPORTED, PARAMETER_UNSUPPORTED } from "../../device/errors.js";
import { MAX_COMPONENTS } from "../../device/suit/manifest.js";
import { type Verdict, verifyEnvelope } from "../../host/verify.js";
import { CHOSEN, type DerivedCase, PLAIN, UNSUPPORTED } from "../support/derived-cases.js";

/** `[h'dep.suit']` */
const DEPENDENCY = `8148${Buffer.from("dep.suit").toString("hex")}`;

function judge({ envelope, device }: DerivedCase): Verdict {
  const keys = [{ public: device.publicKey, kid: new Uint8Array(0), roles: ["author"] }];
  assert.equal(device.maxComponents, MAX_COMPONENTS);
  return verifyEnvelope(envelope, { ...device, keys, slotSize: 0 }, device.payload);
}

function assertVerdict(each: DerivedCase): void {
  const verdict = judge(each);
  if (each.error) assert.equal(verdict.accepted ? 0 : verdict.error.code, each.error);
  else {
    const components = verdict.accepted ? { ...verdict.components } : {};
    // The envelope of a dependency, which the expectations leave out.
    delete components[DEPENDENCY];
    assert.deepEqual(components, each.after);
  }
}

describe("derived vectors", () => {
  it("are all here", () => {
    assert.deepEqual([PLAIN.length, CHOSEN.length, UNSUPPORTED.length], [62, 2, 4]);
  });

  for (const each of PLAIN)
    it(`${each.id}: ${each.expect}, ${each.why}`, () => {
      assert.equal(each.error ? "reject" : "accept", each.expect);
      assertVerdict(each);
    });

  for (const each of CHOSEN)
    it(`${each.id}: refused by choice, ${each.reason}`, () => {
      assert.equal(each.expect, "accept-or-reject");
      assertVerdict(each);
    });

  for (const each of UNSUPPORTED)
    it(`${each.id}: refused, there is no ${each.reason}`, () => {
      assert.ok([COMMAND_UNSUPPORTED, PARAMETER_UNSUPPORTED].includes(each.error));
      assertVerdict(each);
    });
});
