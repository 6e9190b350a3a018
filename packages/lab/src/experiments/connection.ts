import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../errors.js";
import { counterDelta, harmIn, readCounters, type Counters } from "../observe/nstat.js";
import { listSubflows, type Subflow } from "../observe/subflows.js";
import { SERVER, type Addresses } from "../testbed/addresses.js";
import { startDownload, type Download } from "../traffic/web.js";
import type { Stage } from "./stage.js";

/** IP version that a connection uses. */
export type Family = "v4" | "v6";

/** What became of a connection, said by the programs at its ends and by the kernels' counters. */
export interface ConnectionEnd {
  readonly bytes: number;
  /** The same number of bytes with the same sha256 at both ends. */
  readonly intact: boolean;
  /** Counters that show a fallback, a reset or a broken mapping at either end. */
  readonly harm: Counters;
  /** What the kernels counted meanwhile. */
  readonly client: Counters;
  readonly server: Counters;
}

/** A download under observation. */
export interface Connection {
  readonly download: Download;
  /** Subflows as the server sees them, by the number of their path; absent when there is none there. */
  subflow(path: number): Subflow | undefined;
  /** Waits for its end. */
  finish(): Promise<ConnectionEnd>;
}

/** How long to wait for what is bound to happen. */
const PATIENCE_MS = 20_000;

/** Starts a download from server to client and watches it; one without `bytes` goes on until it is released. */
export function startConnection(
  stage: Stage,
  family: Family,
  options: { readonly bytes?: number; readonly maxRate?: number; readonly hold?: boolean },
): Connection {
  const { lab, web } = stage;
  const hosts = [lab.client, lab.server] as const;
  const before = hosts.map(readCounters);
  const download = startDownload(lab.client, { ...options, address: SERVER[family], port: web.port });
  return {
    download,
    subflow: (number) => {
      const client = lab.path(number).client[family as keyof Addresses];
      return listSubflows(lab.server, web.port).find(
        (s) => s.remote === client && s.local === SERVER[family],
      );
    },
    finish: async () => {
      const got = await download.done;
      const sent = await withinPatience(`the server's end of ${download.url}`, web.sent(download.url));
      const [client = {}, server = {}] = hosts.map((host, i) =>
        counterDelta(before[i] ?? {}, readCounters(host)),
      );
      return {
        bytes: got.bytes,
        intact: got.bytes === (options.bytes ?? sent.bytes) && got.sha256 === sent.sha256,
        harm: { ...harmIn(client), ...harmIn(server) },
        client,
        server,
      };
    },
  };
}

/** Gives up on what depends on the other end, which a broken connection may leave waiting. */
async function withinPatience<T>(what: string, promise: Promise<T>): Promise<T> {
  let came = false;
  void promise.then(() => (came = true));
  await until(what, () => came);
  return promise;
}

/**
 * Waits until a condition holds.
 * @param what for the error: what was waited for
 * @throws LabError ERR_EMPTCP_LAB_COMMAND when it does not within 20 s
 */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !holds(); await sleep(20)) {
    if (Date.now() > end) {
      throw new LabError(
        "ERR_EMPTCP_LAB_COMMAND",
        `wait for ${what}: it did not come`,
        "see that the machine is not overloaded",
      );
    }
  }
}
