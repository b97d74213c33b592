/**
 * Makes a board with an open console into one that takes signed firmware only.
 *
 * | step | what stands in flash afterwards |
 * |---|---|
 * | inspect | what stood there before: nothing was touched, and consent is asked |
 * | erase | nothing; the board was reset |
 * | reserve | the header of the file `.boot0`, which owns all of Storage |
 * | native | the native module, with its known-answer test |
 * | write | journal, first firmware, tables, bootloader, configuration but for its first byte |
 * | check | the same, read back |
 * | commit | the first byte of the configuration: at the next reset the console is closed |
 *
 * A cut before the last step leaves a board whose console is open, and which can be provisioned again
 * from the start: the bootloader runs nothing without that byte.
 */
import { HEADER, JOURNAL_AT, NATIVE_AT } from "../../device/flash/layout.js";
import type { BoardConfig } from "../board/config-page.js";
import {
  CPUID,
  ID_ISAR2,
  KNOWN_ANSWERS,
  parseAnswers,
  questions,
  requireAnswers,
  requireInstructions,
} from "../board/native-module.js";
import { type Profile, regionSize } from "../board/profiles.js";
import type { ProvisionParts } from "../board/provision.js";
import { fileHeader } from "../board/storage.js";
import { isLinkFailure, SuitcaseError } from "../errors.js";
import type { BoardConsole, OpenConsole } from "./console.js";
import { ask, compareRegion, prepareWriting, writePiece } from "./flash-link.js";
import { type BoardFacts, inspectBoard, requireProfile } from "./inspect-board.js";
import {
  COMMIT_AT,
  COMMIT_SIZE,
  makeRegion,
  piecesOf,
  type Region,
  uncommitted,
} from "./region.js";

export type ProvisionStep =
  | "inspect"
  | "erase"
  | "reserve"
  | "native"
  | "write"
  | "check"
  | "commit";

export interface ProvisionBoardOptions {
  open: OpenConsole;
  config: Omit<BoardConfig, "factory">;
  parts: ProvisionParts;
  /** Called before the first change; throws when it must not be made. */
  consent: (facts: BoardFacts) => Promise<void>;
  /** Told when a step begins, and during `write` after each piece. */
  onStep?: (step: ProvisionStep, done: number, total: number) => void;
  /** Reads the CPU's identity; a process has none to read (tests). */
  readCpu?: (console: BoardConsole) => Promise<{ cpuid: number; isar2: number }>;
  waits?: Partial<Waits>;
}

/** Milliseconds. */
export interface Waits {
  /** What a board may take to come back after a reset. */
  patience: number;
  /** For the erasure of one block. */
  perBlock: number;
  /** Between two attempts to reach it. */
  pause: number;
  /** After this time a board has begun with what it was told to do a moment later. */
  begun: number;
}

export interface ProvisionedBoard {
  facts: BoardFacts;
  sequence: number;
  digest: string;
}

/** An nRF52 takes 90 ms for the erasure of a block. */
const WAITS: Waits = { patience: 20_000, perBlock: 200, pause: 300, begun: 1000 };

/** Something that ends with a reset: a moment later, so that the answer goes out first. */
const later = (work: string) => `(setTimeout(function(){${work}E.reboot()},100),0)`;

/**
 * @throws WRONG_BOARD, STORAGE_SIZE, FLASH_READBACK, NATIVE_UNUSABLE, BOARD_EXCEPTION, errors of the link,
 *   of {@link ProvisionBoardOptions.consent}, and of what is laid down (board/provision.ts)
 */
export async function provisionBoard(options: ProvisionBoardOptions): Promise<ProvisionedBoard> {
  const { config, onStep = () => {} } = options;
  const { profile } = config;
  const region = makeRegion(config, options.parts);
  const base = profile.baseAddress;
  onStep("inspect", 0, 1);
  let console = await options.open();
  try {
    const facts = await inspectBoard(console, profile);
    requireProfile(facts, profile, console.name);
    if (profile.nativeModule) await requireCpu(console, options);
    await options.consent(facts);

    onStep("erase", 0, 1);
    console = await eraseAll(console, options, profile);
    onStep("reserve", 0, 1);
    await reserve(console, profile);
    await prepareWriting(console);
    if (profile.nativeModule) {
      onStep("native", 0, 1);
      await layNative(console, region, base);
    }
    const pieces = [
      ...piecesOf(region.bytes, JOURNAL_AT, region.bytes.length),
      ...piecesOf(uncommitted(region.bytes), HEADER, NATIVE_AT),
    ];
    for (const [i, piece] of pieces.entries()) {
      onStep("write", i, pieces.length);
      await writePiece(console, base, piece);
    }
    onStep("check", 0, 1);
    await compareRegion(console, base, uncommitted(region.bytes), "written");
    onStep("commit", 0, 1);
    await writePiece(console, base, {
      at: COMMIT_AT,
      bytes: region.bytes.subarray(COMMIT_AT, COMMIT_AT + COMMIT_SIZE),
    });
    await console.evaluate(later(""));
    return { facts, sequence: region.sequence, digest: region.digest };
  } finally {
    await console.close().catch(() => {});
  }
}

/**
 * Erases all of Storage and resets the board, so that nothing of before runs on.
 *
 * @returns the console of the board that came back
 */
export async function eraseAll(
  console: BoardConsole,
  { open, waits }: Pick<ProvisionBoardOptions, "open" | "waits">,
  profile: Profile,
): Promise<BoardConsole> {
  await console.evaluate(later('require("Storage").eraseAll();'));
  await console.close();
  const all = { ...WAITS, ...waits };
  await pause(all.begun);
  const fresh = await reopen(open, all.patience + profile.blocks * all.perBlock, all.pause);
  try {
    const blank = new Uint8Array(regionSize(profile)).fill(255);
    await compareRegion(fresh, profile.baseAddress, blank, "erased");
    return fresh;
  } catch (error) {
    await fresh.close();
    throw error;
  }
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

async function reopen(open: OpenConsole, patience: number, wait: number): Promise<BoardConsole> {
  const end = Date.now() + patience;
  for (;;) {
    await pause(wait);
    try {
      return await open();
    } catch (error) {
      const isSilent = error instanceof SuitcaseError && error.name === "console-silent";
      if (!(isLinkFailure(error) || isSilent) || Date.now() > end) throw error;
    }
  }
}

/** Creates the file that owns all of Storage; its contents stay blank. */
async function reserve(console: BoardConsole, profile: Profile): Promise<void> {
  const size = regionSize(profile) - HEADER;
  const header = await ask(
    console,
    `(require("Storage").write("${profile.bootFile}","",0,${size}),` +
      `btoa(E.toString(require("Flash").read(${HEADER},${profile.baseAddress}))))`,
  );
  if (String(header) !== Buffer.from(fileHeader(profile.bootFile, size)).toString("base64"))
    throw new SuitcaseError(
      "FLASH_READBACK",
      `${console.name} did not make the reserved file at the start of its Storage`,
    );
}

export async function readRegisters(
  console: BoardConsole,
): Promise<{ cpuid: number; isar2: number }> {
  const cpuid = Number(await ask(console, `peek32(${CPUID})`));
  return { cpuid, isar2: Number(await ask(console, `peek32(${ID_ISAR2})`)) };
}

/** Without its instructions the module would be the end of the board: this is asked before it runs. */
async function requireCpu(
  console: BoardConsole,
  { readCpu = readRegisters }: ProvisionBoardOptions,
): Promise<void> {
  requireInstructions(await readCpu(console));
}

/** Writes the native module and puts it to its known-answer test, question by question. */
async function layNative(console: BoardConsole, { bytes }: Region, base: number): Promise<void> {
  for (const piece of piecesOf(bytes, NATIVE_AT, JOURNAL_AT))
    await writePiece(console, base, piece);
  const answers = [];
  for (const asked of KNOWN_ANSWERS) {
    const said = await ask(console, questions(base + NATIVE_AT, [asked]), 30_000);
    answers.push(...parseAnswers(String(said)));
  }
  requireAnswers(answers);
}
