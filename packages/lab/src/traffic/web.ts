import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { LabError } from "../errors.js";
import { packageFile } from "../package-file.js";
import { commandFailed } from "../testbed/command.js";
import { stop, type Host } from "../testbed/host.js";

const SERVER_PROGRAM = packageFile("servers", "files.mjs");

/** What one end of a transfer saw. */
export interface TransferEnd {
  readonly bytes: number;
  readonly sha256: string;
}

/** A web server under mptcpize that sends noise and says what it sent. */
export interface WebServer {
  readonly port: number;
  /** What the server sent in answer to a URL path; waits until it has sent it all. */
  sent(url: string): Promise<TransferEnd>;
  /** Ends a download without an end, and lets the last byte go of one that is held. */
  release(download: Download): void;
  stop(): Promise<void>;
}

interface ServerLine extends TransferEnd {
  readonly url: string;
  readonly complete: boolean;
}

/** Starts the web server at a host, listening on every address of it. */
export async function startWebServer(host: Host, port = 8080): Promise<WebServer> {
  const child = host.start(["mptcpize", "run", process.execPath, SERVER_PROGRAM, String(port)], "pipe");
  const lines = createInterface({ input: child.stdout! });
  const seen = new Map<string, TransferEnd>();
  const waiting = new Map<string, (end: TransferEnd) => void>();
  let said = "";
  child.stderr?.on("data", (part: Buffer) => (said += part.toString()));
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(commandFailed(["node", SERVER_PROGRAM], said)));
    lines.on("line", (line) => {
      if (line === "ready") return resolve();
      const { url, bytes, sha256 } = JSON.parse(line) as ServerLine;
      seen.set(url, { bytes, sha256 });
      waiting.get(url)?.({ bytes, sha256 });
    });
  });
  return {
    port,
    sent: (url) => {
      const end = seen.get(url);
      return end ? Promise.resolve(end) : new Promise((resolve) => waiting.set(url, resolve));
    },
    release: ({ url }) => void child.stdin?.write(`${url.split("/")[2] ?? ""}\n`),
    stop: () => stop(child),
  };
}

/** A download that is under way. */
export interface Download {
  /** URL path; its server's `sent` knows it. */
  readonly url: string;
  /** Bytes that have arrived so far. */
  received(): number;
  /** Waits for the end. @throws LabError ERR_EMPTCP_LAB_COMMAND when curl fails */
  readonly done: Promise<TransferEnd>;
  cancel(): Promise<void>;
}

/** How to download. */
export interface DownloadOptions {
  /** Absent: until it is released. */
  readonly bytes?: number;
  /** Of the server: IPv4 or IPv6. */
  readonly address: string;
  readonly port?: number;
  /** Bytes per second at most; absent: as fast as it goes. */
  readonly maxRate?: number;
  /** The server keeps the last byte until it is released, so that a quiet connection can be looked at. */
  readonly hold?: boolean;
}

let downloads = 0;

/** Ends a download that stands still for ten seconds, or lasts longer than any here should. */
const STALL_LIMIT = [
  "--connect-timeout",
  "10",
  "--speed-limit",
  "1",
  "--speed-time",
  "10",
  "--max-time",
  "60",
];

/** Downloads from the web server with curl under mptcpize; nothing is stored. */
export function startDownload(host: Host, options: DownloadOptions): Download {
  const { bytes = 0, address, port = 8080, maxRate, hold = false } = options;
  const end = options.bytes === undefined ? "/open" : hold ? "/hold" : "";
  const url = `/${bytes}/${++downloads}${end}`;
  const authority = address.includes(":") ? `[${address}]` : address;
  const limit = maxRate === undefined ? [] : ["--limit-rate", String(maxRate)];
  const argv = [
    "mptcpize",
    "run",
    "curl",
    "--no-buffer",
    ...STALL_LIMIT,
    "--globoff",
    "-sS",
    "--fail",
    ...limit,
    `http://${authority}:${port}${url}`,
  ];
  const child = host.start(argv);
  const hash = createHash("sha256");
  let received = 0;
  let said = "";
  child.stdout?.on("data", (part: Buffer) => {
    hash.update(part);
    received += part.length;
  });
  child.stderr?.on("data", (part: Buffer) => (said += part.toString()));
  const done = new Promise<TransferEnd>((resolve, reject) => {
    child.on("error", (error) => reject(commandFailed(argv, error.message, error)));
    child.on("close", (status) => {
      if (status === 0) resolve({ bytes: received, sha256: hash.digest("hex") });
      else reject(commandFailed(argv, said.trim() || `ended after ${received} bytes`));
    });
  });
  done.catch(() => undefined);
  return { url, received: () => received, done, cancel: () => stop(child) };
}

/** Downloads and compares both ends. @throws LabError ERR_EMPTCP_LAB_COMMAND when they differ */
export async function downloadIntact(
  host: Host,
  server: WebServer,
  options: Omit<DownloadOptions, "port">,
): Promise<TransferEnd> {
  const download = startDownload(host, { ...options, port: server.port });
  const [got, sent] = [await download.done, await server.sent(download.url)];
  if (got.sha256 !== sent.sha256) {
    throw new LabError(
      "ERR_EMPTCP_LAB_COMMAND",
      `download ${download.url}: ${got.bytes} bytes came (sha256 ${got.sha256}), ${sent.bytes} were sent (${sent.sha256})`,
      "something on the way changed the payload",
    );
  }
  return got;
}
