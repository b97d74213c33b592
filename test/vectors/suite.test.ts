import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { IMAGE_DIGEST, IMAGE_SIZE, PARAMETER_VALUE, PAYLOAD_ABSENT } from "../../device/errors.js";
import { verifyEnvelope } from "../../host/verify.js";
import { numberOf } from "../support/reference/errors.js";
import { type ReferenceVerdict, referenceJudge } from "../support/reference/judge.js";
import {
  deviceStateOf,
  envelopeOf,
  errorOf,
  payloadsOf,
  referenceDeviceOf,
  SUITE,
  SUITE_FOLDER,
  type SuiteCase,
  type Trace,
} from "../support/suite-cases.js";
import { TRACES } from "../support/suite-traces.js";
import { traceOf } from "./generate/index-file.js";
import { suiteFiles } from "./generate/suite.js";

/** Every command and parameter of the drafts that the suite is about. */
const COMMANDS = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
const MORE_COMMANDS = [28, 29, 31, 32];
const PARAMETERS = [1, 2, 3, 4, 5, 12, 13, 14, 18, 21, 22, 23, 24, 25, 26, 27, 28, 29];

const LATE = [IMAGE_DIGEST, IMAGE_SIZE, PAYLOAD_ABSENT, PARAMETER_VALUE];

const accepted = (each: SuiteCase) => errorOf(each) === 0;
const judged = (each: SuiteCase): ReferenceVerdict =>
  referenceJudge(envelopeOf(each), referenceDeviceOf(each));

describe("published suite", () => {
  it("is what the generator writes, byte for byte", () => {
    const files = suiteFiles();
    assert.deepEqual(readdirSync(SUITE_FOLDER).sort(), [...files.keys()].sort());
    for (const [name, content] of files)
      assert.ok(Buffer.compare(readFileSync(SUITE_FOLDER + name), content) === 0, name);
  });

  it("has enough of everything, each under its own name", () => {
    assert.equal(new Set(SUITE.map(({ id }) => id)).size, SUITE.length);
    const count = (expect: string) => SUITE.filter((each) => each.expect === expect).length;
    assert.ok(SUITE.length >= 250, String(SUITE.length));
    assert.ok(count("accept") >= 100 && count("reject") >= 100 && count("accept-or-reject") > 50);
  });

  it("says why where the draft leaves it open, and nowhere else", () => {
    for (const each of SUITE) {
      assert.match(each.draft, /^(manifest|update-management|trust-domains) [0-9AB][0-9.]*$/);
      const open = each.expect === "accept-or-reject";
      assert.equal(open, each.reason !== undefined, each.id);
      assert.equal(each.ours, open ? (accepted(each) ? "accept" : "reject") : undefined, each.id);
      if (!open) assert.equal(each.expect, accepted(each) ? "accept" : "reject", each.id);
      if (each.error) assert.equal(each.error.number, numberOf(each.error.name), each.id);
    }
  });

  const about = (prefix: string, code: number) =>
    SUITE.filter(({ id }) => id.startsWith(`${prefix}${String(code).padStart(2, "0")}-`));

  for (const code of [...COMMANDS, ...MORE_COMMANDS])
    it(`has command ${code} executed and accepted, and refused`, () => {
      const cases = about("c", code);
      const executed = ({ trace }: SuiteCase) => trace.some(([, , command]) => command === code);
      assert.ok(cases.some((each) => accepted(each) && executed(each)));
      assert.ok(cases.some((each) => !accepted(each)));
    });

  for (const code of PARAMETERS)
    it(`has parameter ${code} accepted and refused`, () => {
      const cases = [...about("p", code), ...about("c", code)];
      assert.ok(cases.some(accepted));
      assert.ok(about("p", code).some((each) => !accepted(each)));
    });

  for (const each of SUITE)
    it(`reference, ${each.id}: ${each.title}`, () => {
      const verdict = judged(each);
      assert.equal(verdict.error?.class, each.error?.name);
      assert.deepEqual(traceOf(verdict), each.trace);
      if (accepted(each)) assert.deepEqual(verdict.components, each.components);
    });

  it("has traces worked out by hand", () => {
    assert.ok(Object.keys(TRACES).length >= 25);
    for (const [id, trace] of Object.entries(TRACES))
      assert.deepEqual(SUITE.find((each) => each.id === id)?.trace, trace, id);
  });
});

describe("published suite on our device", () => {
  for (const each of SUITE)
    it(`${each.id}: ${each.title}`, () => {
      const payloads = new Map(payloadsOf(each));
      const trace: Trace = [];
      const verdict = verifyEnvelope(
        envelopeOf(each),
        deviceStateOf(each),
        (uri) => payloads.get(uri),
        (section, offset, command, component, dependency) => {
          const step = [section, offset, command, component < 0 ? null : component];
          trace.push(dependency < 0 ? step : [...step, dependency]);
        },
      );
      // Payloads are asked for when all else is known to be good: what they spoil comes last. And
      // where the reference decodes a whole sequence first, we read from one command to the next.
      const isLate = LATE.includes(errorOf(each)) || errorOf(each) < 200;
      assert.deepEqual(
        isLate && !accepted(each) ? trace.slice(0, each.trace.length) : trace,
        each.trace,
      );
      assert.equal(verdict.accepted ? 0 : verdict.error.code, errorOf(each));
      if (verdict.accepted) assert.deepEqual(verdict.components, each.components);
    });
});
