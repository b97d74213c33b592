/** One rule everywhere: what the page's own file makes of envelopes and signatures. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { BUNDLES } from "../../host/board/bundles.js";
import { verifyEnvelope } from "../../host/verify.js";
import { CHOSEN, PLAIN, UNSUPPORTED } from "../support/derived-cases.js";
import { inPage, pageVerifier } from "../support/page-verifier.js";
import { cases, inJavaScript } from "../support/signature-cases.js";
import { deviceStateOf, envelopeOf, errorOf, payloadsOf, SUITE } from "../support/suite-cases.js";

const FOLDER = path.join(BUNDLES, "page");

describe("page: verifier", () => {
  it("gives the published suite's verdicts, components and places of refusals", () => {
    for (const [i, each] of SUITE.entries()) {
      const payloads = new Map(payloadsOf(each));
      const device = deviceStateOf(each);
      const payload = (uri: string) => payloads.get(uri);
      const verdict = pageVerifier.verifyEnvelope(envelopeOf(each), device, payload);
      assert.equal(verdict.accepted ? 0 : verdict.error.code, errorOf(each), each.id);
      if (i % 8 === 0)
        assert.deepEqual(verdict, verifyEnvelope(envelopeOf(each), deviceStateOf(each), payload));
    }
    assert.ok(SUITE.length > 600);
  });

  it("judges the derived vectors as the host does", () => {
    for (const { id, envelope, device, error } of [...PLAIN, ...CHOSEN, ...UNSUPPORTED]) {
      const keys = [{ public: device.publicKey, kid: new Uint8Array(0), roles: ["author"] }];
      const state = { ...device, keys, slotSize: 0 };
      const verdict = pageVerifier.verifyEnvelope(envelope, state, device.payload);
      assert.equal(verdict.accepted ? 0 : verdict.error.code, error, id);
    }
  });

  it("D1 D2 D3 D4: believes the signatures that the board believes, and no other", () => {
    let good = 0;
    for (const { kind, block } of cases(160, 4711)) {
      const verdict = inPage(block);
      assert.equal(verdict, inJavaScript(block), kind);
      if (kind === "good") assert.ok(verdict);
      if (verdict) good++;
    }
    assert.ok(good >= 80 && good < 120, `${good}`);
  });

  it("without a key looks at all but the signature", () => {
    const each = SUITE.find((entry) => errorOf(entry) === 0 && payloadsOf(entry).length === 0);
    assert.ok(each);
    const signature = envelopeOf(each).slice();
    const state = deviceStateOf(each);
    assert.ok(
      pageVerifier.judgeUnsigned(signature, { ...state, keys: [] }, () => undefined).accepted,
    );
    // the last byte of what was signed
    const manifest = signature.slice();
    manifest[manifest.length - 1] ^= 1;
    assert.ok(
      !pageVerifier.judgeUnsigned(manifest, { ...state, keys: [] }, () => undefined).accepted,
    );
  });
});

describe("page: files", () => {
  it("hold nothing of Node, no inline script or style, and no other site's address", () => {
    for (const file of ["main.js", "shared.js", "verifier.js", "worker.js"]) {
      const text = readFileSync(path.join(FOLDER, file), "utf8");
      assert.doesNotMatch(
        text,
        /\brequire\(|(^|;)(import|export)[^;"]*from"[^.]|(?<!globalThis\.)\bprocess\.|node:/,
        file,
      );
      assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, file);
      assert.doesNotMatch(text, /\beval\(|new Function\(/, file);
    }
    const html = readFileSync(path.join(FOLDER, "index.html"), "utf8");
    assert.doesNotMatch(html, /<script(?![^>]*src=)|<style|\son\w+=|style=|https?:\/\//);
    assert.match(html, /default-src 'self'/);
  });

  it("are all in the list of the service worker, but for itself", () => {
    const worker = readFileSync(path.join(FOLDER, "worker.js"), "utf8");
    for (const file of ["main.js", "shared.js", "verifier.js", "style.css", "index.html"])
      assert.ok(worker.includes(`"${file}"`), file);
    assert.doesNotMatch(worker, /"worker.js"|PAGE_FILES|PAGE_VERSION/);
  });
});
