/** The phone page as `npm run build` makes it, and how it is to be served. */
import { fileURLToPath } from "node:url";

/** From build/host/storage/ up to the package. */
export const PAGE_FOLDER = fileURLToPath(new URL("../../../dist/page/", import.meta.url));

/** The folder of the storage that the page lies in: beside `releases.json`, one level down. */
export const PAGE_NAME = "update";

const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
};

/** Only files of the page get a type that a browser runs or shows. */
export const pageType = (file: string): string =>
  TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";

/** The policy in the page itself, and what can only stand in a header. */
export const PAGE_POLICY =
  "default-src 'self'; connect-src 'self' https:; base-uri 'none'; form-action 'none'; " +
  "object-src 'none'; frame-ancestors 'none'";
