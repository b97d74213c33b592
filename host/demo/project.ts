/** The author's side of the demonstration: keys, sources, builds and releases, as real files. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildImage, type Image } from "../author/build.js";
import { resolveIdentity } from "../author/config.js";
import { writeAll } from "../author/files.js";
import { generateKey, loadPrivateKey, type SigningKey, writeKeyPair } from "../author/keys.js";
import { packRelease, type Release } from "../author/pack.js";
import { agentBundle, readBundle } from "../board/bundles.js";
import { slotSize } from "../board/config-page.js";
import { loadProfile } from "../board/profiles.js";
import type { Bench } from "./bench.js";

/** The board that is played. */
export const PROFILE = loadProfile("puckjs");
export const BOARD_NAME = "Puck.js";

export const VENDOR = "example.com";
export const CLASS = "lamp";

/** What the apps print when they start: seen on the simulator although the console is closed. */
export const GREETING = { 1: "lamp 1 runs", 2: "lamp 2 runs" };

const SOURCES: Record<number, string> = {
  1: `/** Lamp 1 blinks red. */
setInterval(() => LED1.toggle(), 500);
print("${GREETING[1]}");
`,
  2: `/** Lamp 2 blinks green, and says that it works once it has blinked for a while. */
setInterval(() => LED2.toggle(), 100);
print("${GREETING[2]}");
setTimeout(() => suitcase.trial() && suitcase.confirm(), 350);
`,
  3: `/** Lamp 3 has a bug: there is no fourth LED. */
declare const LED4: Pin;
LED4.set();
`,
};

export interface Firmware {
  version: number;
  app: Image;
  /** Component files by name, the agent first. */
  components: { name: string; bytes: Uint8Array }[];
}

export class Project {
  readonly key: SigningKey;
  readonly keyFiles: { privateFile: string; publicFile: string };
  /** The folder that the untrusted storage serves. */
  readonly storage: string;
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.storage = bench.file("storage");
    mkdirSync(this.storage);
    this.keyFiles = writeKeyPair(bench.file("keys"), "author", generateKey());
    this.key = loadPrivateKey(this.keyFiles.privateFile);
  }

  /**
   * Writes the source of a version and builds it. The agent of version 1 differs by one line end from
   * the package's, so that version 2 replaces it.
   */
  async build(version: number): Promise<Firmware> {
    const source = this.#bench.file(`lamp-${version}.ts`);
    writeFileSync(source, SOURCES[version]);
    const app = await buildImage(source);
    const agent = Buffer.from(readBundle(agentBundle(PROFILE)));
    const components = [
      { name: "agent", bytes: version === 1 ? Buffer.concat([agent, Buffer.from("\n")]) : agent },
      { name: "app", bytes: Buffer.from(app.code, "latin1") },
    ];
    writeAll(components.map(({ name, bytes }) => ({ path: this.#payload(version, name), bytes })));
    return { version, app, components };
  }

  #payload(version: number, component: string): string {
    return this.#bench.file(`lamp-${version}.${component}.bin`);
  }

  /** Makes and signs a release of a firmware. */
  pack(firmware: Firmware, changes: { sequence?: number; vendor?: string } = {}): Release {
    const { version, components } = firmware;
    return packRelease({
      ...resolveIdentity({ vendor: changes.vendor ?? VENDOR, class: CLASS }),
      sequence: changes.sequence ?? version,
      components,
      key: this.key,
      uri: (name) => `lamp-${version}.${name}.bin`,
      slotSize: slotSize(PROFILE),
    });
  }

  /** Puts the files of a firmware into the storage. */
  uploadFirmware({ version, components }: Firmware): string[] {
    return components.map(({ name }) => {
      const file = this.#payload(version, name);
      copyFileSync(file, path.join(this.storage, path.basename(file)));
      return path.basename(file);
    });
  }

  /** Puts an envelope into the storage. */
  uploadManifest(name: string, envelope: Uint8Array): void {
    writeAll([{ path: path.join(this.storage, name), bytes: envelope }]);
  }
}
