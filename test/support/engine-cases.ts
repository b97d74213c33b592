/** Cases for dist/test/verdicts.js (test/engines/board/verdicts.ts) and their run in the interpreter. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BUNDLES } from "../../host/board/bundles.js";
import { type DeviceState, keyRecords } from "../../host/device-state.js";
import { ENGINE } from "./engine-rig.js";

export type EngineCase = { id: string } & Record<string, unknown>;

export interface EngineVerdict {
  /** `accept ...`, `refuse <number> <where>`, a digest in base64, or `fault <text>`. */
  text: string;
  milliseconds: number;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

export const blockCase = (id: string, block: Uint8Array): EngineCase => ({
  id,
  block: base64(block),
});

export const textCase = (id: string, text: Uint8Array): EngineCase => ({ id, text: base64(text) });

/** An envelope that is offered to a device. */
export function envelopeCase(
  id: string,
  envelope: Uint8Array,
  device: DeviceState,
  uris: [string, Uint8Array][],
  open = false,
): EngineCase {
  return {
    id,
    envelope: base64(envelope),
    keys: base64(keyRecords(device.keys)),
    who: [device.vendor, device.class, device.device].map(base64),
    slot: device.slot,
    room: device.slotSize,
    floor: device.sequence,
    holds: [...device.components].map(([key, content]) => [
      Buffer.from(key, "hex").toString("base64"),
      base64(content),
    ]),
    uris: uris.map(([uri, content]) => [uri, base64(content)]),
    open,
    most: device.envelopeLimit ?? 0,
    now: device.now,
    battery: device.battery,
    authorize: device.authorize,
    version: device.version,
    dependencies: device.dependencies ?? true,
  };
}

/**
 * Judges all cases in one run of the interpreter.
 *
 * @param prelude JavaScript to run first
 * @param silence milliseconds without a verdict after which the run is given up
 */
export async function runCases(
  cases: EngineCase[],
  prelude = "",
  silence = 60_000,
): Promise<Map<string, EngineVerdict>> {
  const folder = mkdtempSync(path.join(tmpdir(), "engine-cases-"));
  cases.forEach((each, i) => {
    writeFileSync(path.join(folder, `${i}.json`), JSON.stringify(each));
  });
  copyFileSync(path.join(BUNDLES, "test", "verdicts.js"), path.join(folder, "verdicts.js"));
  writeFileSync(
    path.join(folder, "main.js"),
    `var cases = ${cases.length};\n${prelude}\neval(require("fs").readFileSync("verdicts.js"));\n`,
  );
  const verdicts = new Map<string, EngineVerdict>();
  const child = spawn(ENGINE, ["main.js"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  let line = "";
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((done, failed) => {
      const give = (what: string) =>
        failed(new Error(`${what} after ${verdicts.size} of ${cases.length}: ${line.slice(-500)}`));
      timer = setTimeout(give, silence, "no verdict");
      child.on("error", failed);
      child.on("exit", () => give("the interpreter ended"));
      child.stdout.on("data", (data) => {
        line += data.toString("latin1");
        for (let end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
          const found = /^@(\S+) (\d+) (.*?)\r?$/.exec(line.slice(0, end));
          line = line.slice(end + 1);
          if (!found) continue;
          verdicts.set(found[1], { text: found[3], milliseconds: Number(found[2]) });
          timer?.refresh();
        }
        if (verdicts.size === cases.length) done();
      });
    });
  } finally {
    clearTimeout(timer);
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
  return verdicts;
}
