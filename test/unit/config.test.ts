import assert from "node:assert/strict";
import { parseConfig, resolveIdentity } from "../../host/author/config.js";
import { componentIdHex } from "../../host/author/pack.js";
import { formatUuid, parseUuid, uuid5, vendorId } from "../../host/author/uuid.js";

const unhex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const refusal = (name: string) => ({ name });
const same = (actual: unknown, expected: unknown) => assert.deepEqual(actual, expected);

const VENDOR = unhex("cfbff0d193755685968c48ce8b15ae17");
const CLASS = unhex("f28c3deca7d1575d909bdb6c6910624d");
const DEVICE = unhex("c83748352340548dafe2b3c08c629162");

describe("identifiers", () => {
  it("makes the identifiers of the vectors from names", () => {
    const config = { vendor: "example.com", class: "espruino-demo" };
    same(resolveIdentity(config), { vendor: VENDOR, class: CLASS });
    assert.equal(formatUuid(vendorId("arm.com")), "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe");
    assert.equal(
      formatUuid(uuid5(vendorId("nordicsemi.com"), "nRF54H20_sample_app")),
      "08c1b599-55e8-5fbc-9e76-7bc29ce1b04d",
    );
  });

  it("takes 32 hex digits, dashed or not, as they are", () => {
    const config = { vendor: hex(VENDOR), class: formatUuid(CLASS), device: hex(DEVICE) };
    same(resolveIdentity(config), { vendor: VENDOR, class: CLASS, device: DEVICE });
    assert.equal(parseUuid("cfbff0d1"), null);
    assert.equal(parseUuid("g".repeat(32)), null);
  });

  it("refuses vendors, classes and devices that are none", () => {
    const good = { vendor: "example.com", class: "lamp" };
    for (const wrong of [
      { vendor: "" },
      { vendor: "two words" },
      { class: " " },
      { device: "device-1" },
    ])
      assert.throws(() => resolveIdentity({ ...good, ...wrong }), refusal("identity-invalid"));
  });

  it("writes component identifiers as CBOR", () => {
    assert.equal(componentIdHex("app"), "8143617070");
  });
});

describe("suitcase.json", () => {
  it("fills in the board and keeps the rest", () => {
    same(parseConfig('{"vendor":"a.b","class":"c","sequence":3}', "x"), {
      vendor: "a.b",
      class: "c",
      board: "puckjs",
      sequence: 3,
      components: {},
    });
  });

  it("refuses what it does not understand", () => {
    for (const text of [
      "",
      "[]",
      "null",
      "{}",
      '{"vendor":"a.b"}',
      '{"vendor":"a.b","class":7}',
      '{"vendor":"a.b","class":"c","vender":"x"}',
      '{"vendor":"a.b","class":"c","components":["app.js"]}',
      '{"vendor":"a.b","class":"c","sequence":"3"}',
      '{"vendor":"a.b","class":"c","version":"v1"}',
      '{"vendor":"a.b","class":"c","version":1}',
      '{"vendor":"a.b","class":"c","toString":"x"}',
    ])
      assert.throws(() => parseConfig(text, "x"), refusal("config-invalid"), text);
  });
});
