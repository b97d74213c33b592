import assert from "node:assert/strict";
import { parseConfig } from "../../host/author/config.js";
import { inspectEnvelope } from "../../host/author/inspect.js";
import { inspectLines } from "../../host/cli/inspect.js";
import { statusLines } from "../../host/cli/status-text.js";
import { SuitcaseError } from "../../host/errors.js";
import { Answer } from "../../host/link/packet.js";
import { runningState } from "../../host/link/state.js";
import { statusReport } from "../../host/status-report.js";
import { decodeRule, encodeRule, type HealthRule, ruleText } from "../../host/suit/health-rule.js";
import { agentOf, app, profileOf, release, SimBoard, STAGED } from "../support/sim-board.js";

const RULES: [rule: HealthRule, hex: string][] = [
  [{}, "a0"],
  [{ app: false }, "a10100"],
  [{ link: 30, free: 600 }, "a202181e03190258"],
  [
    { app: true, link: 65535, free: 65535, seconds: 65535 },
    "a4010102" + "19ffff03" + "19ffff0419ffff",
  ],
];
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));

describe("health rule", () => {
  it("is written and read back", () => {
    for (const [rule, encoded] of RULES) {
      assert.equal(hex(encodeRule(rule)), encoded);
      assert.ok(bytes(encoded).length <= 22);
      assert.deepEqual(decodeRule(bytes(encoded)), rule);
    }
  });

  it("is not read from anything else", () => {
    for (const bad of ["", "01", "80", "a10501", "a10102", "a10200", "a1021a00010000", "a16161f5"])
      assert.equal(decodeRule(bytes(bad)), undefined, bad);
  });

  it("with a fault is refused by pack and by suitcase.json", () => {
    const profile = profileOf("puckjs");
    for (const rule of [
      { link: 0 },
      { free: -1 },
      { seconds: 1.5 },
      { free: 70000 },
      { other: 1 },
    ]) {
      const isFault = (name: string) => (error: unknown) =>
        error instanceof SuitcaseError && error.name === name;
      const confirmWhen = rule as HealthRule;
      assert.throws(() => release(profile, 1, "one", { confirmWhen }), isFault("health-rule"));
      const config = { vendor: "example.com", class: "lamp", confirmWhen: rule };
      assert.throws(() => parseConfig(JSON.stringify(config), "x"), isFault("config-invalid"));
    }
    const alone = { components: [{ name: "agent", bytes: agentOf(profile) }] };
    assert.throws(
      () => release(profile, 1, "one", { ...alone, confirmWhen: { link: 1 } }),
      /started/,
    );
  });

  it("is shown by inspect", () => {
    const rule = { link: 30, free: 600, app: false };
    const { envelope } = release(profileOf("puckjs"), 1, "one", { confirmWhen: rule });
    const text = inspectLines(inspectEnvelope(envelope)).join("\n");
    assert.match(
      text,
      /invoke-args = confirm when a host used the link for 30 s, 600 variables are free/,
    );
    assert.equal(
      ruleText({}),
      "the app says that it is well; no uncaught error, the link is whole",
    );
  });

  it("is shown by status while the trial runs, with what is wanting", () => {
    const profile = profileOf("puckjs");
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const made = release(profile, 2, "two", { app: app("two", ""), confirmWhen: { seconds: 20 } });
    assert.equal(sim.stage(made).state, STAGED);
    sim.advance(1600);
    const state = runningState(new Answer(new Map(Object.entries(sim.link.read(1)))));
    const report = statusReport("sim:x", state, null, { report: null } as never, []);
    assert.equal(report.trial?.wants?.code, 804);
    const text = statusLines(report).join("\n");
    assert.match(text, /^confirm when +the app says .*250 variables are free, it ran for 20 s; /m);
    assert.match(text, /^still wanting 804/m);
  });
});
