/** A new project: what `suitcase init` writes. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Profile } from "../board/profiles.js";
import { SuitcaseError } from "../errors.js";
import { createOnce } from "./files.js";
import { generateKey, writeKeyPair } from "./keys.js";

export interface ProjectOptions {
  /** The folder, made when it is missing. */
  folder: string;
  /** A domain. */
  vendor: string;
  class: string;
  profile: Profile;
  /** Where releases are served. */
  storage: string;
}

const DECLARATIONS = fileURLToPath(new URL("../../../host/author/device.d.ts", import.meta.url));

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** A board without an LED of a known name says that it blinks. */
const app = ({
  pins,
}: Profile): string => `/** Blinks, and says that it is well once it has done so for a while. */
let blinks = 0;

setInterval(() => {
  ${pins.includes("LED1") ? "LED1.toggle();" : 'print("blink");'}
  blinks++;
  // Without this a new release is taken back after a minute.
  if (blinks === 4 && suitcase.trial()) suitcase.confirm();
}, 250);
`;

/** Folders whose contents are made, and which must be there after a clone. */
const MADE = "# What is made here is not kept in the repository.\n*\n!.gitignore\n";

const IGNORED = `# Private keys: whoever has one can sign for your boards.
*.key
*.pem
node_modules/
`;

function contents({ vendor, class: kind, profile, storage }: ProjectOptions): [string, string][] {
  const board = "--board sim:build/board.bin";
  return [
    [
      "suitcase.json",
      json({
        vendor,
        class: kind,
        board: profile.name,
        components: { app: "build/app.js" },
        key: "keys/author.key",
        trust: ["keys/author.pub"],
        storage,
      }),
    ],
    [
      "package.json",
      json({
        name: kind,
        private: true,
        scripts: {
          build: "suitcase build src/app.ts --out build/app.js",
          pack: "suitcase pack --out releases/app.suit",
          provision: `suitcase provision ${board}`,
          push: `suitcase push releases/app.suit ${board}`,
          status: `suitcase status ${board}`,
          serve: "suitcase serve releases",
        },
      }),
    ],
    ["src/app.ts", app(profile)],
    [
      "tsconfig.json",
      json({
        compilerOptions: {
          target: "ES2015",
          lib: ["ES2021"],
          types: [],
          strict: true,
          noEmit: true,
        },
        include: ["src", "types"],
      }),
    ],
    ["types/device.d.ts", readFileSync(DECLARATIONS, "utf8")],
    [".gitignore", IGNORED],
    ["build/.gitignore", MADE],
    ["releases/.gitignore", MADE],
  ];
}

/**
 * Writes a project and a key pair for it. Nothing that exists is changed: one file of the same name, and
 * nothing is written.
 *
 * @returns the files, relative to the folder
 * @throws PROJECT_EXISTS, OUTPUT_UNWRITABLE
 */
export function createProject(options: ProjectOptions): string[] {
  const { folder } = options;
  const files = contents(options);
  const names = [...files.map(([name]) => name), "keys/author.key", "keys/author.pub"];
  const present = names.filter((name) => existsSync(path.join(folder, name)));
  if (present.length > 0)
    throw new SuitcaseError("PROJECT_EXISTS", `${folder} holds ${present.join(", ")} already`);
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    makeFolder(path.dirname(file));
    if (!createOnce(file, Buffer.from(text), 0o666))
      throw new SuitcaseError("PROJECT_EXISTS", `${file} exists already`);
  }
  writeKeyPair(path.join(folder, "keys"), "author", generateKey());
  return names;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new SuitcaseError("OUTPUT_UNWRITABLE", `Cannot make the folder ${folder} (${why})`);
  }
}
