/**
 * A board and `suitcase verify` decide alike (docs/architecture.md, "one interpreter"): the board's
 * own code runs in both, but what commands act on does not.
 */
import assert from "node:assert/strict";
import {
  COMPONENT_UNFILLED,
  CONTENT_MISMATCH,
  IMAGE_DIGEST,
  IMAGE_SIZE,
} from "../../device/errors.js";
import { CONFIG_DEVICE } from "../../device/flash/layout.js";
import { verifyEnvelope } from "../../host/verify.js";
import { bstr, type Node } from "../support/cbor.js";
import { commands, componentId, override } from "../support/envelopes.js";
import {
  agentOf,
  app,
  CLASS,
  DEVICE,
  KEY,
  type Made,
  profileOf,
  REFUSED,
  SimBoard,
  VENDOR,
} from "../support/sim-board.js";
import { type Custom, custom, fetches, image, select } from "../support/sim-manifests.js";

const text = (value: string) => new Uint8Array(Buffer.from(value));
const A = text("settings of the lamp: warm, dim, slow");
const B = text("another one");
const NEW = text("something else altogether");
const parts = (a: Uint8Array, b: Uint8Array) => [
  { name: "a", bytes: a },
  { name: "b", bytes: b },
];
const write = (index: number, bytes: Uint8Array): Node[] => [
  ...select(index),
  ...override({ 18: bstr(bytes) }),
  ...[18, 2],
];
const from = (index: number, source: number, code: number): Node[] => [
  ...select(index),
  ...override({ 22: source }),
  ...[code, 2],
];
const becomes = (index: number, bytes: Uint8Array): Node[] => [
  ...select(index),
  ...override(image(bytes)),
];
const holds = (index: number, content: Uint8Array): Node[] => [
  ...select(index),
  ...override({ 18: bstr(content) }),
  ...[6, 15],
];
/** A board compares size and digest at once. */
const alike = (code: number) => (code === IMAGE_SIZE ? IMAGE_DIGEST : code);
const COPY = 22;
const SWAP = 31;
const NONE = { 7: undefined };

/** On a board whose firmware holds A in component 2 and B in component 3. */
const CASES: [title: string, options: Custom, board?: number][] = [
  ["nothing is done with them", { parts: parts(A, B), install: fetches }],
  ["one of them is another now, and nothing brings it", { parts: parts(A, NEW), install: fetches }],
  [
    "one of them is another now, and nothing asks",
    { parts: parts(A, NEW), install: fetches, changes: NONE },
    // A slot holds whole firmwares: a component that nothing fills is refused there.
    COMPONENT_UNFILLED,
  ],
  [
    "check-content of what runs",
    { parts: parts(A, B), install: [...fetches, ...holds(2, A)] },
    // A board knows by digest what runs, and compares contents with what the update has put there.
    CONTENT_MISMATCH,
  ],
  ["check-content of what does not", { parts: parts(A, B), install: [...fetches, ...holds(2, B)] }],
  ["copy of what runs", { parts: parts(A, A), install: [...fetches, ...from(3, 2, COPY)] }],
  [
    "copy of another than what runs",
    { parts: parts(B, A), install: [...fetches, ...from(3, 2, COPY), ...from(2, 3, COPY)] },
  ],
  [
    "copy of a source that is not this",
    { parts: parts(A, B), install: [...fetches, ...from(3, 2, COPY)] },
    // A board goes by content: it holds B, and that is what the signed digest asks for.
    0,
  ],
  [
    "copy of a source that was written",
    { parts: parts(NEW, NEW), install: [...fetches, ...write(2, NEW), ...from(3, 2, COPY)] },
  ],
  [
    "swap of what runs",
    {
      parts: parts(A, B),
      install: [...fetches, ...from(2, 3, SWAP)],
      changes: { 7: commands(...becomes(2, B), ...becomes(3, A), ...select(true), 3, 15) },
    },
    // A board swaps what the update has put into its slot.
    IMAGE_DIGEST,
  ],
  [
    "image-match of what another component holds",
    {
      parts: parts(B, B),
      install: [...fetches, ...select(2), 3, 15],
    },
    // It goes by content here, too: what is carried over is what the signed digest asks for.
    0,
  ],
  ["swap, and nobody says so", { parts: parts(A, B), install: [...fetches, ...from(2, 3, SWAP)] }],
  ["write of something else", { parts: parts(NEW, B), install: [...fetches, ...write(2, A)] }],
  [
    "write of what is too short",
    { parts: parts(NEW, B), install: [...fetches, ...write(2, NEW.subarray(1))] },
  ],
  [
    "image-match without a size",
    { parts: parts(A, B), sizeless: [2], install: [...fetches, ...select(2), 3, 15] },
    // It finds what runs by size and digest.
    IMAGE_DIGEST,
  ],
  [
    "write without a size",
    { parts: parts(NEW, B), sizeless: [2], install: [...fetches, ...write(2, NEW), 3, 15] },
  ],
  [
    "another size",
    { parts: parts(A, B), install: [...fetches, ...select(2), ...override({ 14: 5 }), 3, 15] },
  ],
  [
    "image-not-match of another size",
    { parts: parts(A, B), install: [...fetches, ...select(2), ...override({ 14: 5 }), 25, 15] },
  ],
  [
    "image-not-match of what runs",
    { parts: parts(A, B), install: [...fetches, ...select(2), 25, 15] },
  ],
];

for (const name of ["joltjs", "linux"])
  describe(`verify and ${name}`, () => {
    const profile = profileOf(name, 24);
    let sim: SimBoard;
    before(() => {
      sim = new SimBoard(profile);
      const install = [...fetches, ...write(2, A), ...write(3, B)];
      assert.equal(sim.update(custom(profile, 1, "one", { parts: parts(A, B), install })).error, 0);
    });

    const verdictOfBoard = (made: Made): number => {
      sim.link.upload(2, made.envelope, { dry: true });
      const { state, error = 0 } = sim.answer();
      return state === REFUSED ? error : 0;
    };
    const verdictOfHost = (made: Made): number => {
      const holds: [string, Uint8Array][] = [
        ["agent", agentOf(profile)],
        ["app", app("one")],
        ["a", A],
        ["b", B],
      ];
      const verdict = verifyEnvelope(
        made.envelope,
        {
          ...{ vendor: VENDOR, class: CLASS, device: DEVICE },
          keys: [{ public: KEY.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
          ...{ sequence: 1, slot: 0, slotSize: sim.slotSize, dependencies: false },
          components: new Map(
            holds.map(([id, bytes]) => [Buffer.from(componentId(id)).toString("hex"), bytes]),
          ),
        },
        made.payload,
      );
      return verdict.accepted ? 0 : verdict.error.code;
    };

    it("plays the device that the board is", () => {
      const { config } = sim.link.read(1) as unknown as { config: Uint8Array };
      assert.deepEqual(config.slice(CONFIG_DEVICE, CONFIG_DEVICE + 16), DEVICE);
      assert.equal(sim.state().slot, 1);
    });

    const verdicts = new Set<number>();
    for (const [title, options, own] of CASES)
      it(`decide alike: ${title}`, () => {
        const made = custom(profile, 2, "two", options);
        const expected = verdictOfHost(made);
        verdicts.add(expected);
        assert.equal(alike(verdictOfBoard(made)), alike(own ?? expected));
      });

    it("had reason to refuse, and to accept", () =>
      assert.ok(verdicts.has(0) && verdicts.size > 3));
  });
