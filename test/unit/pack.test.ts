import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { decode, encode, rfc8949EncodeOptions, Tagged } from "cborg";
import { encodeEnvelope, encodeWrapper } from "../../host/author/encode.js";
import { generateKey, publicKeyToPem } from "../../host/author/keys.js";
import { packRelease, type ReleaseOptions } from "../../host/author/pack.js";

const unhex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const refusal = (name: string) => ({ name });
const same = (actual: unknown, expected: unknown) => assert.deepEqual(actual, expected);

const KEY = generateKey(new Uint8Array(32).fill(7));
const VENDOR = unhex("cfbff0d193755685968c48ce8b15ae17");
const CLASS = unhex("f28c3deca7d1575d909bdb6c6910624d");
const DEVICE = unhex("c83748352340548dafe2b3c08c629162");

const options = (more: Partial<ReleaseOptions> = {}): ReleaseOptions => ({
  vendor: VENDOR,
  class: CLASS,
  sequence: 7,
  components: [
    { name: "agent", bytes: Buffer.from("agent") },
    { name: "app", bytes: Buffer.from("LED1.set()") },
  ],
  key: KEY,
  uri: (name) => `lamp.${name}.bin`,
  ...more,
});

const OPTIONS = { useMaps: true, strict: true, tags: Tagged.preserve(18, 107) };
// biome-ignore lint/suspicious/noExplicitAny: tests look into decoded CBOR of known shape
const read = (bytes: Uint8Array): any => decode(bytes, OPTIONS);
const members = (envelope: Uint8Array): Map<unknown, Uint8Array> => read(envelope).value;
const parts = (more?: Partial<ReleaseOptions>) => {
  const release = packRelease(options(more));
  const manifest = read(release.manifest);
  return {
    release,
    manifest,
    shared: read(read(manifest.get(3)).get(4)),
    install: read(manifest.get(20)),
    validate: read(manifest.get(7)),
    invoke: manifest.has(9) ? read(manifest.get(9)) : undefined,
  };
};

describe("packRelease", () => {
  it("writes byte for byte what libcsuit accepts (vector p01-integrated)", () => {
    const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    const line = "// demo firmware v2\nsetInterval(function(){ LED1.toggle(); }, 500);\n";
    const release = packRelease(
      options({
        key: generateKey(unhex(seed)),
        sequence: 1,
        components: [{ name: "app", bytes: Buffer.from(line.repeat(8)) }],
        uri: () => "#fw",
      }),
    );
    const p01 =
      "825824822f58208fe4e573ff4363fda5b96d066b416d519b5f3a5a973329a9dfbd4b7e87c66368584ad28443a101" +
      "32a0f6584030f8189c55c41bbc973743d6ed7436fc8c17ad82100ebad778749d19eeb3083aec182f217e2d7aca9a" +
      "cb9911ec92a152c8b61f58e26ac71319b9deaef824b507035881a601010201035861a20281814361707004585686" +
      "14a40150cfbff0d193755685968c48ce8b15ae170250f28c3deca7d1575d909bdb6c6910624d035824822f5820dc" +
      "454bb2371996ab53b28911de61f7530a46c29c23dab93a35aef6328ff8631c0e190220010f020f074382030f0943" +
      "821702144c8614a115632366771502030f";
    assert.equal(hex(release.envelope), `d86ba2025873${p01}`);
  });

  it("writes a two-component release byte for byte as before", () => {
    assert.equal(hex(packRelease(options()).envelope), GOLDEN);
  });

  it("signs the digest of the manifest with its head, in a wrapper of 115 bytes", () => {
    const { envelope } = packRelease(options());
    const wrapper = members(envelope).get(2) as Uint8Array;
    const manifest = members(envelope).get(3) as Uint8Array;
    assert.equal(wrapper.length, 115);
    const head = Buffer.from([0x58, manifest.length]);
    const digest = sha256(Buffer.concat([head, manifest]));
    const structure = Buffer.concat([unhex("822f5820"), digest]);
    same(hex(wrapper.subarray(0, 39)), `825824${hex(structure)}`);
    same(hex(wrapper.subarray(39, 51)), "584ad28443a10132a0f65840");
    const signed = Buffer.concat([
      Buffer.from("\x84\x6aSignature1\x43\xa1\x01\x32\x40\x58\x24", "latin1"),
      structure,
    ]);
    assert.equal(signed.length, 55);
    const publicKey = createPublicKey(publicKeyToPem(KEY.publicKey));
    assert.ok(verify(null, signed, publicKey, wrapper.subarray(51)));
    signed[54] ^= 1;
    assert.ok(!verify(null, signed, publicKey, wrapper.subarray(51)));
  });

  it("gives every component its name, digest, size and address", () => {
    const { manifest, shared, install } = parts();
    const digest = (text: string) => Buffer.concat([unhex("822f5820"), sha256(Buffer.from(text))]);
    same(read(manifest.get(3)).get(2), [[unhex("6167656e74")], [unhex("617070")]]);
    same(shared.slice(0, 8), [
      12,
      true,
      20,
      new Map([
        [1, VENDOR],
        [2, CLASS],
      ]),
      1,
      15,
      2,
      15,
    ]);
    same(shared.slice(8, 10), [12, 0]);
    same(hex(shared[11].get(3)), hex(digest("agent")));
    assert.equal(shared[11].get(14), 5);
    same(shared.slice(12, 14), [12, 1]);
    same(hex(shared[15].get(3)), hex(digest("LED1.set()")));
    assert.equal(shared[15].get(14), 10);
    const fetch = (index: number, uri: string) => [
      ...[12, index, 20, new Map([[21, uri]])],
      ...[21, 2, 3, 15],
    ];
    same(install, [...fetch(0, "lamp.agent.bin"), ...fetch(1, "lamp.app.bin")]);
  });

  it("says which version is installed then, if it is told", () => {
    const { manifest } = parts({ version: [1, 2, 0, -1, 3] });
    assert.equal(hex(manifest.get(6)), "850102002003");
    same([...manifest.keys()], [1, 2, 3, 6, 7, 9, 20]);
    assert.equal(parts().manifest.has(6), false);
  });

  it("validates all components and invokes the app", () => {
    const { validate, invoke } = parts();
    same(validate, [12, true, 3, 15]);
    same(invoke, [12, 1, 23, 2]);
    same(parts({ invoke: "agent" }).invoke, [12, 0, 23, 2]);
    const alone = parts({ components: [{ name: "agent", bytes: Buffer.from("a") }] });
    assert.equal(alone.invoke, undefined);
    same(alone.validate, [3, 15]);
    assert.ok(!alone.shared.includes(12));
  });

  it("checks the device too when the release is for a single one", () => {
    const { shared } = parts({ device: DEVICE });
    same([...shared[3].keys()], [1, 2, 24]);
    same(shared.slice(4, 10), [1, 15, 2, 15, 24, 15]);
    const single = { components: [{ name: "app", bytes: Buffer.from("x") }], device: DEVICE };
    same([...parts(single).shared[1].keys()], [1, 2, 3, 14, 24]);
  });

  it("puts integrated payloads behind the manifest, under text keys", () => {
    const release = packRelease(options({ integrated: true }));
    same([...members(release.envelope).keys()], [2, 3, "#app", "#agent"]);
    same(Buffer.from(members(release.envelope).get("#app") as Uint8Array).toString(), "LED1.set()");
    same(release.payloads, []);
  });

  it("hands out the other payloads byte for byte", () => {
    const bytes = Buffer.from([0, 13, 10, 255, 0]);
    const { payloads, envelope } = packRelease(options({ components: [{ name: "app", bytes }] }));
    same(payloads, [{ uri: "lamp.app.bin", name: "app", bytes }]);
    same([...members(envelope).keys()], [2, 3]);
  });

  it("is deterministic CBOR at every level", () => {
    const canonical = (bytes: Uint8Array) =>
      assert.equal(hex(encode(read(bytes), rfc8949EncodeOptions)), hex(bytes));
    for (const integrated of [false, true])
      for (const count of [1, 3, 30]) {
        const components = Array.from({ length: count }, (_, i) => ({
          name: `c${i}`,
          bytes: new Uint8Array(i * 20 + 1),
        }));
        const { release, manifest } = parts({ components, integrated, device: DEVICE });
        canonical(release.envelope);
        canonical(release.manifest);
        for (const key of [3, 7, 20]) canonical(manifest.get(key));
        canonical(read(manifest.get(3)).get(4));
        same([...manifest.keys()], [1, 2, 3, 7, 20]);
      }
  });

  it("refuses what no board could take", () => {
    const bytes = Buffer.from("x");
    const cases: [Partial<ReleaseOptions>, string][] = [
      ...[0, -1, 1.5, 4294967295, Number.NaN].map((sequence): [Partial<ReleaseOptions>, string] => [
        { sequence },
        "sequence-invalid",
      ]),
      [{ components: [] }, "component-absent"],
      [{ invoke: "boot" }, "component-absent"],
      [{ components: [{ name: "app", bytes: new Uint8Array(0) }] }, "component-empty"],
      ...["", "App", "a b", "a/b", "ä", "a".repeat(17)].map(
        (name): [Partial<ReleaseOptions>, string] => [
          { components: [{ name, bytes }] },
          "component-name",
        ],
      ),
      [
        {
          components: [
            { name: "a", bytes },
            { name: "a", bytes },
          ],
        },
        "component-duplicate",
      ],
      [{ vendor: new Uint8Array(15) }, "identity-invalid"],
      [{ device: new Uint8Array(17) }, "identity-invalid"],
    ];
    for (const [more, expected] of cases)
      assert.throws(() => packRelease(options(more)), refusal(expected), JSON.stringify(more));
    for (const sequence of [1, 4294967294])
      assert.equal(parts({ sequence }).manifest.get(2), sequence);
  });

  it("tells by how many bytes a release is too large for the slot", () => {
    const components = [{ name: "app", bytes: new Uint8Array(1001) }];
    const bare = packRelease(options({ components })).envelope.length;
    const use = 1004 + bare + 36 + 16 + 4;
    for (const integrated of [false, true]) {
      const at = (slotSize: number) => packRelease(options({ components, integrated, slotSize }));
      // An integrated address is shorter, and the payload inside is not counted twice.
      const exact = integrated ? use - ("lamp.app.bin".length - "#app".length) : use;
      assert.equal(at(exact).slotUse, exact);
      assert.throws(() => at(exact - 3), { ...refusal("image-too-large"), message: / 3 more / });
    }
  });

  it("leaves room for further signatures in the wrapper", () => {
    const { digest, manifest } = packRelease(options());
    const wrapper = encodeWrapper(digest, [unhex("f6"), unhex("f6")]);
    same(read(wrapper).length, 3);
    same(members(encodeEnvelope(wrapper, manifest)).get(2), wrapper);
  });
});

/** Made by this code, and checked with the tests above; it must never change by accident. */
const GOLDEN =
  "d86ba2025873825824822f5820a5f1c928b7e25cbfc1b5c7a5ad655f72f43ad930438e365ee57ff891cd787a24" +
  "584ad28443a10132a0f65840129c4906545cf5278fe8e4d1d84a87abeac90ce766cd7125aa1407521fe23d39cb" +
  "df52873a7a85f3486c4f32c6034e08d53f2ad6d8f1a4b4b1d7d09ebc39210d0358e1a601010207035899a20282" +
  "81456167656e748143617070045887900cf514a20150cfbff0d193755685968c48ce8b15ae170250f28c3deca7" +
  "d1575d909bdb6c6910624d010f020f0c0014a2035824822f5820d4f0bc5a29de06b510f9aa428f1eedba926012" +
  "b591fef7a518e776a7c9bd18240e050c0114a2035824822f5820912f208ae3782b07044779f968d2be6b559e34" +
  "bbd4a0d965ac68d41a7fcce1810e0a0745840cf5030f0945840c01170214582f900c0014a1156e6c616d702e61" +
  "67656e742e62696e1502030f0c0114a1156c6c616d702e6170702e62696e1502030f";
