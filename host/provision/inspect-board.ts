/** What a board is and holds, asked through its console before anything of it is changed. */
import { CONFIG_AT, CONFIG_DEVICE, CONFIG_PUBLIC, HEADER } from "../../device/flash/layout.js";
import { profileNameIn } from "../board/config-page.js";
import { type Profile, regionSize } from "../board/profiles.js";
import { SuitcaseError } from "../errors.js";
import type { BoardConsole } from "./console.js";
import { ask } from "./flash-link.js";

export interface BoardFile {
  name: string;
  /** Bytes. */
  size: number;
}

export interface BoardFacts {
  /** `process.env.BOARD`, such as `PUCKJS`. */
  board: string;
  /** `process.version` */
  version: string;
  /** Bytes of Storage. */
  storage: number;
  /** Bytes of the erase page at the profile's base address; 0 when no flash is there. */
  page: number;
  /** Files in Storage, at most {@link MOST_FILES} of them. */
  files: BoardFile[];
  /** How many there are. */
  fileCount: number;
  /** The provisioned board in it, when there is one. */
  provisioned?: { profile: string; device: string };
  /** The reserved file is there, and the rest of provisioning is not. */
  isUnfinished: boolean;
}

/** More would not fit into one answer. */
export const MOST_FILES = 60;

/** Names in base64: they may hold any byte. */
const question = ({ baseAddress, bootFile }: Profile): string =>
  "(function(s){var l=s.list();return JSON.stringify({v:process.version,b:process.env.BOARD," +
  `s:process.env.STORAGE,p:(require("Flash").getPage(${baseAddress})||{}).length,n:l.length,` +
  `f:l.slice(0,${MOST_FILES}).map(function(n){return[btoa(n),(s.read(n)||"").length]}),` +
  `c:btoa(s.read("${bootFile}",${CONFIG_AT - HEADER},${CONFIG_PUBLIC})||"")})})(require("Storage"))`;

interface Answer {
  v: string;
  b: string;
  s: number;
  p?: number;
  n: number;
  f: [string, number][];
  c: string;
}

const plain = (base64: string) => Buffer.from(base64, "base64");

/** Asks a board what it is; nothing on it changes. */
export async function inspectBoard(console: BoardConsole, profile: Profile): Promise<BoardFacts> {
  const answer = JSON.parse(String(await ask(console, question(profile), 20_000))) as Answer;
  const files = answer.f.map(([name, size]) => ({ name: plain(name).toString("latin1"), size }));
  const config = plain(answer.c);
  const region = Buffer.concat([Buffer.alloc(CONFIG_AT, 255), config]);
  const name = profileNameIn(region);
  return {
    board: answer.b,
    version: answer.v,
    storage: answer.s,
    page: answer.p ?? 0,
    files,
    fileCount: answer.n,
    ...(name !== undefined && {
      provisioned: {
        profile: name,
        device: config.toString("hex", CONFIG_DEVICE, CONFIG_DEVICE + 16),
      },
    }),
    isUnfinished:
      name === undefined &&
      answer.n === 1 &&
      files[0].name === profile.bootFile &&
      files[0].size === regionSize(profile) - HEADER,
  };
}

/**
 * Refuses a board that is not the one that the profile describes.
 *
 * @throws WRONG_BOARD, STORAGE_SIZE
 */
export function requireProfile(facts: BoardFacts, profile: Profile, name: string): void {
  if (facts.board !== profile.board)
    throw new SuitcaseError(
      "WRONG_BOARD",
      `${name} is a ${facts.board}, and the profile ${profile.name} is for a ${profile.board}`,
    );
  const size = regionSize(profile);
  if (facts.storage !== size || facts.page !== profile.pageSize)
    throw new SuitcaseError(
      "STORAGE_SIZE",
      `${name} has ${facts.storage} bytes of Storage in pages of ${facts.page}, and the profile ` +
        `${profile.name} is for ${size} in pages of ${profile.pageSize}`,
    );
}

/** What is lost on a board, for people; empty when nothing is. */
export function losses({ files, fileCount, provisioned, isUnfinished }: BoardFacts): string[] {
  if (provisioned)
    return [`the provisioned ${provisioned.profile} with device ${provisioned.device}`];
  if (isUnfinished) return [];
  const lines = files.map(({ name, size }) => `file ${JSON.stringify(name)}, ${size} bytes`);
  if (fileCount > files.length) lines.push(`${fileCount - files.length} more files`);
  return lines;
}
