import { runBackup } from "../experiments/backup.js";
import { startConnection, until, type Family } from "../experiments/connection.js";
import type { Attach, Stage } from "../experiments/stage.js";
import { megabytes, withConnection, type Outcome, type Scenario } from "./scenario.js";

const EXPECTED = "no new data on path 2 after two round trips and its queue; path 1 goes on";

/** A scheduler's pause or a probe of the congestion control may hold the queue up a little. */
const SLACK = 1.5;

/** A subflow becomes a backup while it carries data. */
export const backup: Scenario = {
  title: "backup: set-backup tells the server to use path 2 only when nothing else is left",
  trials: [
    {
      where: "-",
      done: "download 4 MB",
      expected: "both paths carry data",
      run: (stage) => without(stage, "v4"),
    },
    {
      where: "client, tc-egress path2, IPv4",
      done: "download 8 MB, set-backup while it runs",
      expected: EXPECTED,
      run: (stage) => withBackup(stage, { "tc-egress": [stage.lab.client.device("path2")] }, "v4"),
    },
    {
      where: "router, xdp path2, IPv6",
      done: "download 8 MB, set-backup while it runs",
      expected: EXPECTED,
      run: (stage) => withBackup(stage, { xdp: [stage.lab.router.device("path2")] }, "v6"),
    },
  ],
};

async function without(stage: Stage, family: Family): Promise<Outcome> {
  const bytes = 4_000_000;
  const connection = startConnection(stage, family, { bytes, hold: true });
  await until("all but the last byte", () => connection.download.received() >= bytes - 1);
  const [one, two] = [1, 2].map((path) => connection.subflow(path)?.bytesAcked ?? 0) as [number, number];
  stage.web.release(connection.download);
  const end = await connection.finish();
  return withConnection(
    end,
    `path 1 ${megabytes(one)}, path 2 ${megabytes(two)}`,
    Math.min(one, two) > bytes / 10,
  );
}

async function withBackup(stage: Stage, attach: Attach, family: Family): Promise<Outcome> {
  const facts = await runBackup(stage, attach, family, 8_000_000);
  const { told, after, late, stoppedAfterMs, allowedMs } = facts;
  const ok = told > 0 && late === 0 && stoppedAfterMs <= allowedMs * SLACK && after[0] > 0;
  const seen =
    `MP_PRIO reached the server ${told} times; new data on path 2 ended after ${stoppedAfterMs.toFixed(0)} ms ` +
    `(two round trips and the queue: ${allowedMs.toFixed(0)} ms); path 1 carried ${megabytes(after[0])} more`;
  return withConnection(facts, seen, ok);
}
