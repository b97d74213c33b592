/**
 * Untrusted storage: the files of one folder over HTTP, for boards' hosts anywhere, the phone page
 * (`/update/`) and the list of releases that it reads (`/releases.json`). A folder that has either of
 * its own is served as it is.
 *
 * Nothing outside the folder is served, whatever the path says and wherever links point; neither are
 * hidden files and private keys (`*.key`, `*.pem`) that happen to lie in it. What an ETag was
 * computed from is what is sent, even while the file is being replaced.
 */
import { createHash } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { sep } from "node:path";
import { SuitcaseError } from "../errors.js";
import { indexPage } from "./index-page.js";
import { insidePath, pathSegments, readWhole } from "./inside.js";
import { listReleases } from "./list-releases.js";
import { PAGE_FOLDER, PAGE_NAME, PAGE_POLICY, pageType } from "./page-files.js";
import { isEtagListed, selectRange } from "./range.js";
import { INDEX_FILE } from "./release-index.js";

export interface ServeOptions {
  folder: string;
  port: number;
  host: string;
  /** Public keys of the authors, hex, for the list of releases. */
  keys?: string[];
  /** One line per request. */
  log?: (line: string) => void;
}

export interface Storage {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** What is served: the folder, where the page lies, and the keys for the list of releases. */
interface Site {
  root: string;
  page: string;
  keys: string[];
}

export async function serveFolder(options: ServeOptions): Promise<Storage> {
  const { folder, port, host, keys = [], log } = options;
  const root = await realpath(folder).catch((error: Error) => {
    throw new SuitcaseError("FILE_MISSING", `There is no folder ${folder}.`, { cause: error });
  });
  if (!(await stat(root)).isDirectory()) {
    throw new SuitcaseError("FILE_MISSING", `${folder} is not a folder.`);
  }
  const site = { root, page: await realpath(PAGE_FOLDER).catch(() => PAGE_FOLDER), keys };
  const server = createServer((request, response) => {
    const started = performance.now();
    response.on("close", () => {
      const { method, url, socket } = request;
      const bytes = response.getHeader("content-length") ?? 0;
      const time = (performance.now() - started).toFixed(1);
      const path = url?.replace(/[^!-~]/g, "?");
      log?.(`${socket.remoteAddress} ${method} ${path} ${response.statusCode} ${bytes} ${time} ms`);
    });
    answer(site, request, response).catch(() => plain(response, 500, "Internal error"));
  });
  await listen(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound}/`,
    port: bound,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: Error & { code?: string }) => {
      const where = `${host}:${port}`;
      if (error.code === "EADDRINUSE") {
        reject(
          new SuitcaseError("PORT_BUSY", `Another program listens at ${where} already.`, {
            cause: error,
          }),
        );
      } else {
        reject(
          new SuitcaseError("PORT_UNUSABLE", `Cannot listen at ${where}: ${error.message}.`, {
            cause: error,
          }),
        );
      }
    });
    server.listen(port, host, resolve);
  });
}

async function answer(site: Site, request: IncomingMessage, response: ServerResponse) {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Expose-Headers", "ETag, Content-Range, Accept-Ranges");
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (request.method === "OPTIONS") {
    response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
    response.setHeader("Access-Control-Allow-Headers", "Range, If-Range, If-None-Match");
    return response.writeHead(204).end();
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD, OPTIONS");
    return plain(response, 405, "Only GET and HEAD");
  }
  const segments = pathSegments(request.url ?? "/");
  if (segments === null) return plain(response, 400, "Malformed path");
  if (segments[0] === PAGE_NAME) return sendPage(site, segments.slice(1), request, response);
  const { root } = site;
  const path = await insidePath(root, segments);
  if (path === null) {
    const isIndex = segments.length === 1 && segments[0] === INDEX_FILE;
    return isIndex ? sendReleases(site, request, response) : plain(response, 404, "Not found");
  }
  if (segments.at(-1) === "" || segments.length === 0) return sendIndex(root, path, response);
  const bytes = await readWhole(path);
  if (bytes === null) return plain(response, 404, "Not found");
  const type = path.endsWith(".suit")
    ? "application/suit-envelope+cose"
    : "application/octet-stream";
  return sendBytes({ bytes, type }, request, response);
}

/** The page: a copy in the folder itself, or the one of this package. */
async function sendPage(
  { root, page }: Site,
  segments: string[],
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (segments.length === 0) {
    response.setHeader("Location", `/${PAGE_NAME}/`);
    return plain(response, 301, "The page is one level down");
  }
  const name = segments.at(-1) || "index.html";
  const file = [...segments.slice(0, -1), name];
  const isOwn = (await insidePath(root, [PAGE_NAME])) !== null;
  const path = await insidePath(isOwn ? root : page, isOwn ? [PAGE_NAME, ...file] : file);
  const bytes = path && (await readWhole(path));
  if (!bytes) return plain(response, 404, "Not found");
  response.setHeader("Content-Security-Policy", PAGE_POLICY);
  return sendBytes({ bytes, type: pageType(name) }, request, response);
}

async function sendReleases(
  { root, keys }: Site,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const bytes = Buffer.from(`${JSON.stringify(await listReleases(root, keys), null, 2)}\n`);
  return sendBytes({ bytes, type: "application/json" }, request, response);
}

async function sendIndex(root: string, path: string, response: ServerResponse) {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return plain(response, 404, "Not found");
  const rows: { name: string; size: number | null }[] = [];
  for (const { name } of entries) {
    const inside = await insidePath(root, [...path.slice(root.length).split(sep), name]);
    const info = inside === null ? null : await stat(inside).catch(() => null);
    if (info?.isDirectory()) rows.push({ name: `${name}/`, size: null });
    else if (info?.isFile()) rows.push({ name, size: info.size });
  }
  const isRoot = path === root;
  const page = Buffer.from(indexPage(isRoot ? "/" : path.slice(root.length), rows, isRoot));
  response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": page.length,
  });
  response.end(page);
}

function sendBytes(
  { bytes, type }: { bytes: Buffer; type: string },
  request: IncomingMessage,
  response: ServerResponse,
) {
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
  response.setHeader("ETag", etag);
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Cache-Control", "no-cache");
  const { headers } = request;
  if (isEtagListed(headers["if-none-match"], etag)) return response.writeHead(304).end();
  response.setHeader("Content-Type", type);
  // If-Range with anything but this very ETag: the range is of another file
  const isSame = headers["if-range"] === undefined || headers["if-range"] === etag;
  const wanted = request.method === "GET" && isSame ? headers.range : undefined;
  const range = selectRange(wanted, bytes.length);
  if (range === "unsatisfiable") {
    response.setHeader("Content-Range", `bytes */${bytes.length}`);
    return plain(response, 416, "No such range");
  }
  const part = range ? bytes.subarray(range.start, range.end + 1) : bytes;
  response.setHeader("Content-Length", part.length);
  if (range) {
    response.setHeader("Content-Range", `bytes ${range.start}-${range.end}/${bytes.length}`);
  }
  response.writeHead(range ? 206 : 200).end(request.method === "HEAD" ? undefined : part);
}

function plain(response: ServerResponse, status: number, text: string) {
  if (response.headersSent) return response.destroy();
  const body = Buffer.from(`${text}\n`);
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": body.length,
  });
  return response.end(body);
}
