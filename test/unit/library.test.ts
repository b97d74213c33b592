import assert from "node:assert/strict";
import * as suitcase from "../../host/index.js";

describe("the package as a library", () => {
  it("packs a release that its verifier accepts for that board and refuses for another", () => {
    const key = suitcase.generateKey();
    const identity = suitcase.resolveIdentity({ vendor: "example.com", class: "lamp" });
    const bytes = Buffer.from("LED1.set()");
    const release = suitcase.packRelease({
      ...identity,
      sequence: 2,
      components: [{ name: "app", bytes }],
      key,
    });
    const device = (other: Partial<suitcase.DeviceState> = {}): suitcase.DeviceState => ({
      ...identity,
      device: new Uint8Array(16),
      keys: [{ public: key.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
      sequence: 1,
      slot: 0,
      slotSize: 0,
      components: new Map(),
      ...other,
    });
    const judge = (state: suitcase.DeviceState) =>
      suitcase.verifyEnvelope(release.envelope, state, () => bytes);
    const accepted = judge(device());
    assert.ok(accepted.accepted && accepted.sequence === 2);
    const refused = judge(device({ vendor: suitcase.vendorId("other.example") }));
    assert.ok(!refused.accepted);
    assert.equal(suitcase.describeError(refused.error.code).name, "vendor-mismatch");
    assert.equal(suitcase.inspectEnvelope(release.envelope).manifest.sequence, 2);
  });

  it("throws one kind of error", () => {
    assert.throws(() => suitcase.parseAddress("usb:1"), suitcase.SuitcaseError);
    assert.throws(() => suitcase.profileOf("toaster"), { name: "board-unknown", code: 929 });
  });
});
