/** Parts of the page that need no browser. */
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { publicKeyToPem } from "../../host/author/keys.js";
import type { Transport } from "../../host/link/transport.js";
import { keyBytes, parseKey } from "../../host/page/keys.js";
import { LinkHolder } from "../../host/page/link-holder.js";
import { shown } from "../../host/page/shown.js";
import { type Figures, Transfer } from "../../host/page/transfer.js";
import { parseIndex } from "../../host/storage/release-index.js";
import { KEY } from "../support/sim-board.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("page: transfer", () => {
  it("counts bytes, and leaves out what the board copies from what it runs", () => {
    let now = 0;
    const files: [string, number][] = [
      ["agent", 1000],
      ["app", 600],
      ["data", 50],
    ];
    const transfer = new Transfer(100, files, () => now);
    const figures = (): Figures => transfer.figures;
    assert.deepEqual(figures(), { done: 0, total: 1750, rate: 0, left: null });
    transfer.progress("", 100, 100);
    transfer.progress("app", 0, 600);
    assert.equal(transfer.figures.total, 750);
    now = 1000;
    transfer.progress("app", 200, 600);
    assert.deepEqual(figures(), { done: 300, total: 750, rate: 200, left: 2.25 });
    transfer.complete();
    assert.deepEqual([figures().done, figures().total], [700, 700]);
  });

  it("does not take for speed what the board had already, or what a break lasted", () => {
    let now = 0;
    const transfer = new Transfer(100, [["app", 10_000]], () => now);
    transfer.progress("app", 8000, 10_000);
    now = 1000;
    transfer.progress("app", 8500, 10_000);
    assert.equal(transfer.figures.rate, 500);
    transfer.interrupt();
    now = 60_000;
    transfer.progress("app", 8600, 10_000);
    assert.equal(transfer.figures.rate, 0);
    now = 61_000;
    transfer.progress("app", 8800, 10_000);
    assert.equal(transfer.figures.rate, 200);
  });

  it("bears a board that asks for what nobody expected", () => {
    const transfer = new Transfer(100, []);
    transfer.progress("other", 5, 50);
    assert.deepEqual([transfer.figures.done, transfer.figures.total], [5, 150]);
  });
});

/** A link that is closed when it is told so, and counts. */
class FakeLink implements Transport {
  readonly name = "fake";
  isClosed = false;
  deliver: (packet: Uint8Array) => void = () => {};
  #closed: (reason?: Error) => void = () => {};
  async send() {}
  onPacket(callback: (packet: Uint8Array) => void) {
    this.deliver = callback;
  }
  onClose(callback: (reason?: Error) => void) {
    this.#closed = callback;
  }
  async close() {
    this.isClosed = true;
    this.#closed();
  }
  break(reason: Error) {
    this.#closed(reason);
  }
}

describe("page: link holder", () => {
  const held = () => {
    const links: FakeLink[] = [];
    const holder = new LinkHolder(async () => {
      links.push(new FakeLink());
      return links.at(-1) as FakeLink;
    });
    return { links, holder };
  };

  it("keeps one link for one client after the other", async () => {
    const { links, holder } = held();
    const first = await holder.lease();
    await first.send(new Uint8Array(8));
    links[0].deliver(new Uint8Array(8));
    await first.close();
    const second = await holder.lease();
    const got: Uint8Array[] = [];
    second.onPacket((packet) => got.push(packet));
    links[0].deliver(new Uint8Array(9));
    assert.deepEqual([links.length, got.length, links[0].isClosed], [1, 1, false]);
    await assert.rejects(first.send(new Uint8Array(8)));
  });

  it("opens another when the last request was not answered", async () => {
    const { links, holder } = held();
    const lease = await holder.lease();
    await lease.send(new Uint8Array(8));
    await lease.close();
    assert.ok(links[0].isClosed && !holder.isOpen);
    await holder.lease();
    assert.equal(links.length, 2);
  });

  it("tells the client when the link breaks, with the reason", async () => {
    const { links, holder } = held();
    const lease = await holder.lease();
    let told: Error | undefined;
    lease.onClose((reason) => {
      told = reason;
    });
    links[0].break(new Error("gone"));
    assert.equal(told?.message, "gone");
    assert.ok(!holder.isOpen);
  });
});

describe("page: keys", () => {
  it("reads hex digits and .pub files", () => {
    const pem = publicKeyToPem(KEY.publicKey);
    assert.equal(createPublicKey(pem).asymmetricKeyType, "ed25519");
    assert.equal(parseKey(pem), hex(KEY.publicKey));
    assert.equal(parseKey(` ${hex(KEY.publicKey).toUpperCase()}\n`), hex(KEY.publicKey));
    assert.deepEqual(keyBytes(hex(KEY.publicKey)), KEY.publicKey);
  });

  it("refuses what is none, a private key above all", () => {
    const wrong: [string, string][] = [
      ["-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----", "key-is-private"],
      ["", "not-a-key"],
      ["abcd", "not-a-key"],
      ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "key-type"],
      ["-----BEGIN PUBLIC KEY-----\n=A=\n-----END PUBLIC KEY-----", "key-type"],
    ];
    for (const [text, name] of wrong) assert.throws(() => parseKey(text), { name });
  });
});

describe("page: list of releases", () => {
  it("takes what it can use, whatever else the storage says", () => {
    const entry = { envelope: "a.suit", bytes: 1, modified: 2 };
    const key = "ab".repeat(32);
    const list = [null, 5, {}, { envelope: "" }, { envelope: "x".repeat(900) }, entry];
    const index = parseIndex({ keys: [key, "zz", 7], releases: list, more: 1 });
    assert.deepEqual(index, { version: 1, keys: [key], releases: [entry] });
    for (const bad of [null, 7, "x", [], { releases: "no" }])
      assert.deepEqual(parseIndex(bad), { version: 1, keys: [], releases: [] });
    const many = Array.from({ length: 500 }, () => ({
      envelope: "b.suit",
      bytes: "?",
      modified: -1.5,
    }));
    const { releases } = parseIndex({ releases: many });
    assert.deepEqual([releases.length, releases[0].bytes, releases[0].modified], [50, 0, 0]);
  });
});

describe("page: texts of strangers", () => {
  it("C37: are one line without anything hidden in it, and end", () => {
    assert.equal(shown("a\nb\t c"), "a b c");
    assert.equal(shown("evil\u202egnp.exe"), "evil\\u{202e}gnp.exe");
    assert.equal(shown("x".repeat(1000)).length, 401);
    assert.equal(shown("<b>&amp;"), "<b>&amp;");
  });
});
