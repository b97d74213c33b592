/** Steps 1 to 5 of the flow: what the author makes and puts into the storage. */
import { sha256 } from "../author/encode.js";
import type { Release } from "../author/pack.js";
import type { Storage } from "../storage/serve.js";
import { type Bench, timed } from "./bench.js";
import type { Firmware, Project } from "./project.js";
import { bytes, count, head } from "./terminal.js";

export interface Published {
  firmware: Firmware;
  release: Release;
}

/** Steps 1 to 5: at the author's desk. */
export async function publish(
  bench: Bench,
  project: Project,
  storage: Storage,
): Promise<Published> {
  const { terminal } = bench;
  const [firmware, buildTime] = await timed(() => project.build(2));
  terminal.step(1, "Create Firmware", "author", buildTime);
  for (const { name, bytes: content } of firmware.components)
    terminal.figure(name, `${bytes(content.length)}, SHA-256 ${head(sha256(content))}`);
  terminal.code("app's text", firmware.app.code);

  const [names, uploadTime] = await timed(() => project.uploadFirmware(firmware));
  terminal.step(2, "Upload Firmware", "author -> storage", uploadTime);
  for (const [i, name] of names.entries()) {
    const url = new URL(name, storage.url).href;
    const etag = (await fetch(url, { method: "HEAD" })).headers.get("etag") ?? "";
    const digest = Buffer.from(sha256(firmware.components[i].bytes)).toString("hex");
    terminal.figure("stored", `${url}`);
    bench.expect(etag === `"${digest.slice(0, 32)}"`, `the storage has ${name} as it was built`);
  }

  const [release, packTime] = await timed(() => project.pack(firmware));
  const name = "lamp-2.suit";
  terminal.step(3, "Create Manifest", "author", packTime);
  terminal.figure(
    "manifest",
    `${bytes(release.manifest.length)}, sequence 2, ${count(release.components.length, "component")}`,
  );
  terminal.figure("digest", `SHA-256 ${head(release.digest)}`);
  terminal.step(4, "Sign Manifest", "author");
  terminal.figure("signature", `Ed25519 (COSE_Sign1) by ${head(project.key.publicKey)}`);
  terminal.figure("envelope", bytes(release.envelope.length));
  const [, publishTime] = await timed(() => project.uploadManifest(name, release.envelope));
  terminal.step(5, "Upload Manifest", "author -> storage", publishTime);
  terminal.figure("stored", new URL(name, storage.url).href);
  return { firmware, release };
}
