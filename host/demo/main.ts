/**
 * `npm start`: the main job from end to end, with real files, real HTTP and a simulated board behind
 * its serial link. Ends with 0 only when everything came out as it must.
 */
import { parseArgs } from "node:util";
import { hardwareDoors } from "../board/profiles.js";
import { provisionFile } from "../cli/provision.js";
import { statusLines } from "../cli/status-text.js";
import { statusReport } from "../status-report.js";
import { serveFolder } from "../storage/serve.js";
import { printable } from "../suit/printable.js";
import { Bench, timed } from "./bench.js";
import { DemoBoard } from "./board.js";
import { BOARD_NAME, CLASS, PROFILE, Project, VENDOR } from "./project.js";
import { publish } from "./publish.js";
import { type Given, refuseEnvelopes, refusePayload, revertBadRelease } from "./refusals.js";
import { bytes, head, terminal } from "./terminal.js";
import { install } from "./update.js";

/** Seconds in which a trial must be confirmed. */
const DEADLINE = "5";
/** Milliseconds after which the demonstration counts as stuck. */
const LONGEST = 60_000;

async function prepare(
  bench: Bench,
): Promise<{ project: Project; v1: Given["v1"]; flash: string }> {
  const out = bench.terminal;
  const [project, keyTime] = await timed(() => new Project(bench));
  out.step(null, "The author's keys are made", "author", keyTime);
  out.figure("public", `author.pub, Ed25519 ${head(project.key.publicKey)}`);
  out.figure("private", "author.key, stays here");

  const [firmware, buildTime] = await timed(() => project.build(1));
  const v1 = project.pack(firmware);
  project.uploadFirmware(firmware);
  project.uploadManifest("lamp-1.suit", v1.envelope);
  out.step(null, "Version 1 is built, packed and signed", "author", buildTime);
  for (const { name, size, digest } of v1.components)
    out.figure(name, `${bytes(size)}, SHA-256 ${head(digest)}`);

  const flash = bench.file("board.bin");
  const [made, provisionTime] = await timed(() =>
    provisionFile(flash, {
      profile: PROFILE.name,
      vendorDomain: VENDOR,
      className: CLASS,
      trust: [project.keyFiles.publicFile],
      firmware: bench.file("storage", "lamp-1.suit"),
      deadline: DEADLINE,
      trials: "3",
      watchdog: "30",
    }),
  );
  out.step(null, "A board is provisioned with version 1", "maker", provisionTime);
  out.figure("board", `${BOARD_NAME} (${PROFILE.chip}), device ${made.device}`);
  out.figure("trusts", head(made.keys[0]));
  out.figure("console", made.doors.length === 0 ? "closed" : made.doors.join(", "));
  bench.expect(made.sequence === 1, "version 1 is on the board");
  return { project, v1, flash };
}

async function play(bench: Bench): Promise<void> {
  const out = bench.terminal;
  out.title("suitcase: a signed firmware update, from end to end", [
    `A simulated ${BOARD_NAME} behind a serial link, real files, HTTP on the loopback.`,
  ]);
  out.chapter("Before the update");
  const { project, v1, flash } = await prepare(bench);
  const board = new DemoBoard(flash);
  board.board.on("fault", (error: Error) => bench.expect(false, `the simulator: ${error.message}`));
  const storage = await serveFolder({ folder: project.storage, port: 0, host: "127.0.0.1" });
  try {
    out.chapter("The update, in the steps of draft-moran-suit-architecture-00, section 7");
    const v2 = await publish(bench, project, storage);
    await install(bench, board, storage, v2);
    out.chapter("What must not work");
    await refuseEnvelopes(bench, board, project, { v1, v2 });
    await refusePayload(bench, board, project);
    await revertBadRelease(bench, board, project);
    out.chapter("The board in the end");
    const { running, other, report: told } = await board.states();
    const report = statusReport(
      board.name,
      running,
      other,
      { report: told },
      hardwareDoors(running?.board),
    );
    out.lines(statusLines(report).map(printable).join("\n"));
    bench.expect(report.sequence === 2 && report.state === "confirmed", "version 2 is confirmed");
    bench.expect(report.secure, "no door is open");
  } finally {
    await storage.close();
    board.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
  const out = terminal(process.stdout);
  const bench = new Bench(out);
  const remove = () => {
    if (!values.keep) bench.remove();
  };
  const stop = (status: number) => () => {
    remove();
    process.exit(status);
  };
  process.once("SIGINT", stop(130));
  process.once("SIGTERM", stop(143));
  // A reader that has seen enough (`npm start | head`).
  process.stdout.once("error", stop(1));
  const overdue = setTimeout(() => {
    out.failure(`not at its end after ${LONGEST / 1000} s`);
    stop(1)();
  }, LONGEST);
  const started = performance.now();
  try {
    await play(bench);
  } catch (error) {
    bench.expect(false, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    clearTimeout(overdue);
    remove();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (bench.failed.length === 0) out.good(`All ${bench.held} expectations held, in ${seconds} s.`);
  else out.failure(`${bench.failed.length} expectations did not hold: ${bench.failed.join("; ")}`);
  out.lines(values.keep ? `kept: ${bench.folder}` : "npm start -- --keep keeps the files.");
  process.exitCode = bench.failed.length === 0 ? 0 : 1;
}

await main();
