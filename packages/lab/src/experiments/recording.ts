import { policy } from "@emptcp/core";
import { record } from "@emptcp/actor-record";
import { tcp } from "@emptcp/selector-tcp";
import { readRecord, type FlowRecord } from "../observe/records.js";
import type { Subflow } from "../observe/subflows.js";
import { startConnection, until, type ConnectionEnd, type Family } from "./connection.js";
import type { Attach, Stage } from "./stage.js";

/** The direction server to client of one subflow, as the actor and as the server's kernel know it. */
export interface RecordedSubflow {
  readonly path: number;
  readonly recorded: FlowRecord;
  readonly kernel: Subflow;
}

/** What was recorded of a connection. */
export interface RecordingFacts extends ConnectionEnd {
  readonly subflows: readonly RecordedSubflow[];
}

/**
 * Downloads with `record` in the chain, and compares with the kernel while the connection is quiet before its end.
 * @param attach where to put record: hooks that both directions pass on both paths
 */
export async function runRecording(
  stage: Stage,
  attach: Attach,
  family: Family,
  bytes = 4_000_000,
): Promise<RecordingFacts> {
  const { engine, lab, web } = stage;
  await stage.apply(attach, [policy("watch", { when: tcp(), chain: [record()] })]);
  const connection = startConnection(stage, family, { bytes, hold: true });
  await until("all but the last byte", () => connection.download.received() >= bytes - 1);
  await until("empty send queues", () =>
    lab.paths.every(({ number }) => connection.subflow(number)?.sendQueue === 0),
  );
  const subflows = lab.paths.flatMap(({ number }): RecordedSubflow[] => {
    const kernel = connection.subflow(number);
    const recorded =
      kernel &&
      readRecord(engine, {
        source: kernel.local,
        sourcePort: kernel.localPort,
        destination: kernel.remote,
        destinationPort: kernel.remotePort,
      });
    return kernel && recorded ? [{ path: number, recorded, kernel }] : [];
  });
  web.release(connection.download);
  const end = await connection.finish();
  await stage.clear();
  return { ...end, subflows };
}
