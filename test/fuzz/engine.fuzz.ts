/**
 * `npm run fuzz`: envelopes of every kind in the real interpreter, which has to give Node's verdict: the
 * number and the place of a refusal, or the sequence number and the components.
 */
import assert from "node:assert/strict";
import { hex } from "../support/cbor.js";
import { describeEngine } from "../support/engine-rig.js";
import { caseOf, KINDS, type Kind } from "./cases.js";
import { compare } from "./engine-run.js";
import { options } from "./options.js";
import type { FuzzCase } from "./oracles.js";
import { again, sample } from "./run.js";

/** Cases of one process. */
const BATCH = 1000;
const { engine, seed, one } = options();

/** The cases of a batch by what makes them again. */
function batchOf(size: number, batchSeed: number): Map<string, FuzzCase> {
  return new Map(
    sample(size, batchSeed).map((bytes, i): [string, FuzzCase] => {
      const kind: Kind = KINDS[i % KINDS.length];
      return [again(kind, bytes).replace("--case ", ""), caseOf(kind, bytes)];
    }),
  );
}

/** Compares a batch; prints how to make again what differs. */
async function check(batch: Map<string, FuzzCase>): Promise<Map<string, number>> {
  const { differing, ends } = await compare(batch);
  for (const { id, node, engine: found } of differing.slice(0, 3)) {
    const envelope = Buffer.from((batch.get(id) as FuzzCase).envelope).toString("hex");
    console.log(`      Node: ${node}\n      Espruino: ${found}`);
    console.log(`      again: npm run fuzz -- --case ${id}\n      envelope: ${envelope}`);
  }
  assert.equal(differing.length, 0);
  return ends;
}

if (one)
  describeEngine("fuzz in the real interpreter: one case", () => {
    it(one, async () => {
      const [kind, bytes] = one.split(":");
      await check(new Map([["0", caseOf(kind as Kind, hex(bytes))]]));
    });
  });
else if (engine)
  describeEngine("fuzz in the real interpreter", () => {
    it(`${engine} envelopes, seed ${seed}, signatures taken as good: Node's verdicts`, async () => {
      const ends = new Map<string, number>();
      const start = Date.now();
      for (let done = 0; done < engine; done += BATCH)
        for (const [end, times] of await check(
          batchOf(Math.min(BATCH, engine - done), seed + done),
        ))
          ends.set(end, (ends.get(end) ?? 0) + times);
      const seconds = (Date.now() - start) / 1000;
      console.log(
        `      ${engine} cases in ${seconds.toFixed(1)} s; ${ends.get("accept")} accepted, ` +
          `${ends.size} different ends`,
      );
      assert.ok(ends.size > Math.min(30, engine / 30), `${ends.size} ends`);
    });
  });
