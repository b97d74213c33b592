import assert from "node:assert/strict";
import { CHOSEN, type DerivedCase, PLAIN, UNSUPPORTED } from "../support/derived-cases.js";
import { LIMITS } from "../support/reference/device.js";
import { type ReferenceVerdict, referenceJudge } from "../support/reference/judge.js";

/** What the reference does not have. */
const WITHOUT: Record<string, string> = {
  "p25-override-multiple": "override-multiple (34)",
  "p27-enc-aeskw-ctr": "encryption-info (19)",
  "p28-enc-ecdh-gcm": "encryption-info (19)",
};

function judge({ envelope, device }: DerivedCase): ReferenceVerdict {
  return referenceJudge(envelope, {
    ...device,
    keys: [{ public: device.publicKey, kid: new Uint8Array(0) }],
    // After all the derived envelopes were made, and before any of them expires.
    now: 1790000000,
    battery: null,
    version: null,
    authorize: null,
    limits: LIMITS,
    envelopeLimit: 0,
    features: ["dependencies"],
  });
}

/** Written by other hands than the suite: what the reference is worth. */
describe("reference on the derived envelopes", () => {
  for (const each of [...PLAIN, ...UNSUPPORTED])
    it(`${each.id}: ${WITHOUT[each.id] ? `refused, there is no ${WITHOUT[each.id]}` : each.expect}`, () => {
      const verdict = judge(each);
      assert.equal(verdict.accepted, each.expect === "accept" && !WITHOUT[each.id]);
      if (verdict.accepted)
        for (const [id, digest] of Object.entries(each.after))
          assert.equal(verdict.components[id], digest);
    });

  for (const each of CHOSEN)
    it(`${each.id}: refused by choice`, () => assert.equal(judge(each).accepted, false));
});
