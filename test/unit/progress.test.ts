import assert from "node:assert/strict";
import { formatProgress, ProgressBar } from "../../host/cli/progress.js";

const state = { label: "app", done: 512, total: 2048, start: 0, seconds: 2 };

describe("progress", () => {
  it("shows percent, bytes, rate and time left on one line", () => {
    assert.equal(
      formatProgress(state, 80),
      `app [########----------------------]  25 %  512/2048 B  256 B/s  6 s left`,
    );
  });

  it("does not count what the board had already", () => {
    assert.match(formatProgress({ ...state, start: 256 }), /128 B\/s {2}12 s left$/);
  });

  it("shows kilobytes and minutes", () => {
    const big = { ...state, done: 4_000, total: 400_000, seconds: 2 };
    assert.match(formatProgress(big), / {2}1 % {2}4000\/400000 B {2}2\.0 kB\/s {2}3:18 min left$/);
  });

  it("leaves the time out when done or unknown", () => {
    assert.match(
      formatProgress({ ...state, done: 2048 }),
      /\] 100 % {2}2048\/2048 B {2}1\.0 kB\/s$/,
    );
    assert.match(formatProgress({ ...state, done: 0, seconds: 0 }), / 0 % {2}0\/2048 B {2}0 B\/s$/);
    assert.match(formatProgress({ ...state, done: 0, total: 0 }), /100 %/);
  });

  it("never says 100 before the end", () => {
    assert.match(formatProgress({ ...state, done: 9999, total: 10000 }), / 99 %/);
  });

  it("fits any width", () => {
    for (let columns = 1; columns < 200; columns++) {
      assert.ok(formatProgress(state, columns).length < columns || columns === 1);
    }
  });

  const record = (isTTY: boolean) => {
    const written: string[] = [];
    let time = 0;
    const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) };
    const bar = new ProgressBar("app", stream, () => time);
    const update = (done: number) => {
      time += 100;
      bar.update(done, 1000);
    };
    return { bar, update, written };
  };

  it("rewrites its line on a terminal and leaves it at the end", () => {
    const { bar, update, written } = record(true);
    update(0);
    update(500);
    bar.end();
    bar.end();
    assert.equal(written.length, 3);
    assert.ok(
      written.slice(0, 2).every((text) => text.startsWith("\r") && text.endsWith("\x1b[K")),
    );
    assert.equal(written[2], "\n");
  });

  it("writes a line every tenth elsewhere", () => {
    const { bar, update, written } = record(false);
    for (let done = 0; done <= 1000; done += 10) update(done);
    bar.end();
    assert.equal(written.length, 11);
    assert.ok(written.every((text) => text.endsWith("\n") && !text.includes("\r")));
    const shown = written.map((text) => / (\d+) %/.exec(text)?.[1]);
    assert.deepEqual(shown.slice(0, 3), ["0", "10", "20"]);
  });
});
