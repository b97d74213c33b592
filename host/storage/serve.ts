/**
 * Untrusted storage: the files of one folder over HTTP, for boards' hosts anywhere.
 *
 * Nothing outside the folder is served, whatever the path says and wherever links point; neither are
 * hidden files and private keys (`*.key`, `*.pem`) that happen to lie in it. What an ETag was
 * computed from is what is sent, even while the file is being replaced.
 */
import { createHash } from "node:crypto";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, sep } from "node:path";
import { SuitcaseError } from "../errors.js";
import { indexPage } from "./index-page.js";
import { isEtagListed, selectRange } from "./range.js";

/** Firmware for microcontrollers: more than this is a mistake, and is not read into memory. */
const MAX_FILE = 64 * 1024 * 1024;

export interface ServeOptions {
  folder: string;
  port: number;
  host: string;
  /** One line per request. */
  log?: (line: string) => void;
}

export interface Storage {
  url: string;
  port: number;
  close(): Promise<void>;
}

export async function serveFolder({ folder, port, host, log }: ServeOptions): Promise<Storage> {
  const root = await realpath(folder).catch((error: Error) => {
    throw new SuitcaseError("FILE_MISSING", `There is no folder ${folder}.`, { cause: error });
  });
  if (!(await stat(root)).isDirectory()) {
    throw new SuitcaseError("FILE_MISSING", `${folder} is not a folder.`);
  }
  const server = createServer((request, response) => {
    const started = performance.now();
    response.on("close", () => {
      const { method, url, socket } = request;
      const bytes = response.getHeader("content-length") ?? 0;
      const time = (performance.now() - started).toFixed(1);
      const path = url?.replace(/[^!-~]/g, "?");
      log?.(`${socket.remoteAddress} ${method} ${path} ${response.statusCode} ${bytes} ${time} ms`);
    });
    answer(root, request, response).catch(() => plain(response, 500, "Internal error"));
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

async function answer(root: string, request: IncomingMessage, response: ServerResponse) {
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
  const path = await insidePath(root, segments);
  if (path === null) return plain(response, 404, "Not found");
  if (segments.at(-1) === "" || segments.length === 0) return sendIndex(root, path, response);
  return sendFile(path, request, response);
}

/** The decoded segments of a path; null when it is malformed or tries to leave. */
function pathSegments(url: string): string[] | null {
  const path = url.split("?", 1)[0] as string;
  if (!path.startsWith("/")) return null;
  try {
    const segments = path.slice(1).split("/").map(decodeURIComponent);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused here
    const isForeign = (name: string) => /[/\\\x00-\x1f]/.test(name) || name === "..";
    return segments.some(isForeign) ? null : segments;
  } catch {
    return null;
  }
}

/** The real path when it exists, lies in `root` and may be shown; null otherwise. */
async function insidePath(root: string, segments: string[]): Promise<string | null> {
  if (segments.some(isHidden)) return null;
  const path = await realpath(join(root, ...segments)).catch(() => null);
  const isInside = path === root || path?.startsWith(root.endsWith(sep) ? root : root + sep);
  // a link may point at a name that is hidden under its own
  if (path === null || !isInside || path.slice(root.length).split(sep).some(isHidden)) return null;
  return path;
}

function isHidden(name: string): boolean {
  return name.startsWith(".") || /\.(key|pem)$/i.test(name);
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
  const page = Buffer.from(indexPage(path === root ? "/" : path.slice(root.length), rows));
  response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": page.length,
  });
  response.end(page);
}

async function sendFile(path: string, request: IncomingMessage, response: ServerResponse) {
  const bytes = await readWhole(path);
  if (bytes === null) return plain(response, 404, "Not found");
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
  response.setHeader("ETag", etag);
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Cache-Control", "no-cache");
  const { headers } = request;
  if (isEtagListed(headers["if-none-match"], etag)) return response.writeHead(304).end();

  const type = path.endsWith(".suit")
    ? "application/suit-envelope+cose"
    : "application/octet-stream";
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

async function readWhole(path: string): Promise<Buffer | null> {
  // asked before opening: a pipe would never open
  const isFile = await stat(path)
    .then((info) => info.isFile())
    .catch(() => false);
  const file = isFile ? await open(path).catch(() => null) : null;
  if (file === null) return null;
  try {
    const info = await file.stat();
    return info.isFile() && info.size <= MAX_FILE ? await file.readFile() : null;
  } finally {
    await file.close();
  }
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
