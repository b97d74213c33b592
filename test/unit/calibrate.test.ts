/** Calibration measures a blank board and leaves it blank; where files are it writes nothing. */
import assert from "node:assert/strict";
import { loadProfile } from "../../host/board/profiles.js";
import { calibrate } from "../../host/provision/calibrate.js";
import { BlankBoard } from "../support/blank-board.js";

describe("calibration", function () {
  this.slow(2000);

  async function figuresOf(blank: BlankBoard) {
    const console = await blank.open();
    try {
      return await calibrate(console, blank.profile);
    } finally {
      await console.close();
    }
  }

  it("measures loop, link, flash and the native module, and leaves no trace", async () => {
    const blank = new BlankBoard(loadProfile("puckjs"));
    const { erases, programs } = blank.flash.totals;
    const figures = await figuresOf(blank);
    assert.deepEqual(
      figures.map(({ measured, estimate }) => [typeof measured, estimate]),
      [
        ["number", 148],
        ["number", null],
        ["number", 85],
        ["number", 42],
        ["number", 22],
      ],
    );
    // One block, and what was written to it.
    assert.deepEqual([...blank.flash.erasesOfPage].map((count) => count > 0).indexOf(true), 1);
    assert.ok(
      blank.flash.totals.erases - erases >= 3 && blank.flash.totals.programs > programs + 16,
    );
    assert.ok(blank.flash.read(0, blank.flash.size).every((byte) => byte === 255));
  });

  it("says what it did not measure, and why", async () => {
    const linux = await figuresOf(new BlankBoard(loadProfile("linux")));
    assert.match(linux.at(-1)?.why ?? "", /runs no native code/);
    assert.ok(linux.every(({ estimate }) => estimate === null));
    const full = new BlankBoard(loadProfile("puckjs"), { mine: 100 });
    const before = full.flash.digest();
    const figures = await figuresOf(full);
    assert.deepEqual(
      figures.map(({ measured }) => measured === null),
      [false, false, true, true, true],
    );
    assert.match(figures[2].why ?? "", /not empty/);
    assert.equal(full.flash.digest(), before);
  });
});
