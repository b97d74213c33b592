/**
 * What a call of the committed module costs: stack, and instructions as qemu counts them. Neither is
 * time on hardware.
 */
import assert from "node:assert/strict";
import { sha256, signatureInput } from "../../host/author/encode.js";
import { type Call, callModule, countInstructions, describeNative } from "../support/native-rig.js";
import { signed, withS } from "../support/signature-cases.js";

/** What a board verifies: the Sig_structure of a COSE_Sign1 over a manifest's digest. */
const blocks = Array.from({ length: 4 }, (_, i) =>
  signed(new Uint8Array(32).fill(i), signatureInput(sha256(Uint8Array.of(i)))),
);

const STACK = 1536;
/** The design allows 4.5 million. */
const BUDGET = 1_000_000;

describeNative("native module: cost", function () {
  this.slow(60_000);

  it(`takes at most ${STACK} bytes of stack`, () => {
    const forged = blocks.map((block) => {
      const other = block.slice();
      other[40] ^= 1;
      return other;
    });
    const image = new Uint8Array(100_000).fill(7);
    const calls: Call[] = [
      ...[...blocks, ...forged].map((data) => ({ op: 2, data })),
      ...[0, 1, 64, 4000].flatMap((size) =>
        [1, 3].map((op) => ({ op, data: image.subarray(0, size) })),
      ),
    ];
    const deepest = new Map<number, number>();
    for (const [i, { stack }] of callModule(calls).entries())
      deepest.set(calls[i].op, Math.max(stack, deepest.get(calls[i].op) ?? 0));
    for (const stack of deepest.values()) assert.ok(stack > 0 && stack <= STACK, `${stack}`);
    const [verify, hash256, hash512] = [2, 1, 3].map((op) => deepest.get(op));
    console.log(`      verify ${verify}, SHA-256 ${hash256}, SHA-512 ${hash512} bytes of stack`);
  });

  it(`verifies a COSE_Sign1 in at most ${BUDGET} instructions`, async () => {
    // The counting itself: a call that only names the module retires a handful.
    const least = await countInstructions({ op: 0, data: new Uint8Array(0) });
    assert.ok(least > 4 && least < 30, `${least}`);
    const counts: number[] = [];
    for (const data of blocks) counts.push(await countInstructions({ op: 2, data }));
    const [low, high] = [Math.min(...counts), Math.max(...counts)];
    console.log(`      verify ${low} to ${high} instructions for ${blocks.length} signatures`);
    assert.ok(high <= BUDGET && low > BUDGET / 2, `${low} ${high}`);
    // The dearest S: every second digit of its non-adjacent form is not 0.
    const dear = withS(blocks[0], (1n << 252n) / 3n);
    const most = await countInstructions({ op: 2, data: dear });
    console.log(`      a forged one with a dear S ${most} instructions`);
    assert.ok(most > high && most < 1.2 * BUDGET, `${most}`);
  });

  it("hashes in a steady number of instructions per byte", async () => {
    const image = new Uint8Array(12_288).fill(7);
    const small = await countInstructions({ op: 1, data: image.subarray(0, 4096) });
    const large = await countInstructions({ op: 1, data: image });
    const each = (large - small) / 8192;
    console.log(`      SHA-256 of 12,288 bytes ${large} instructions, ${each.toFixed(1)} per byte`);
    assert.ok(each > 20 && each < 80, `${each}`);
    const wide = await countInstructions({ op: 3, data: image });
    console.log(`      SHA-512 of 12,288 bytes ${wide} instructions`);
    assert.ok(wide < image.length * 150, `${wide}`);
  });
});
