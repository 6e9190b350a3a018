import { policy } from "@emptcp/core";
import { setBackup } from "@emptcp/actor-set-backup";
import { ipPair } from "@emptcp/selector-ip-pair";
import { startCapture, type CapturedPacket } from "../observe/capture.js";
import { SERVER } from "../testbed/addresses.js";
import { startConnection, until, type ConnectionEnd, type Family } from "./connection.js";
import type { Attach, Stage } from "./stage.js";

/** What happened to a connection whose second subflow was made a backup while it carried data. */
export interface BackupFacts extends ConnectionEnd {
  /** Packets with MP_PRIO and its B bit that reached the server. */
  readonly told: number;
  /** Payload bytes that left the server for the first time before it was told, and after, by path. */
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
  /** What left on path 2 after it had been told and path 1 had carried two megabytes since: must be 0. */
  readonly late: number;
  /** Milliseconds from the carrying packet's arrival to the last new data on path 2; 0: there was none. */
  readonly stoppedAfterMs: number;
  /** Two round trips and what its send queue held, at the path's rate. */
  readonly allowedMs: number;
}

/** Path 1 carries this much before path 2 counts as late. The send queue of path 2 is empty long before. */
const SETTLED_BYTES = 2_000_000;

/**
 * Downloads, makes path 2 a backup once both subflows carry data, and looks at what leaves the server.
 * @param attach where to put set-backup: a hook that the client's packets pass on path 2
 */
export async function runBackup(
  stage: Stage,
  attach: Attach,
  family: Family,
  bytes = 12_000_000,
): Promise<BackupFacts> {
  const { lab, web } = stage;
  const filter = `tcp port ${web.port}`;
  const captures = [
    await startCapture(lab.server, lab.path(1).wan, filter),
    await startCapture(lab.server, lab.path(2).wan, filter),
  ];
  const connection = startConnection(stage, family, { bytes });
  await until("both subflows to carry data", () =>
    [1, 2].every((n) => (connection.subflow(n)?.bytesAcked ?? 0) > 300_000),
  );
  const when = ipPair({ src: lab.path(2).client[family], dst: SERVER[family] });
  await stage.apply(attach, [policy("backup", { when, chain: [setBackup({ backup: true })] })]);
  const { rttMs = 0, sendQueue = 0 } = connection.subflow(2) ?? {};
  const end = await connection.finish();
  await stage.clear();
  const [one = [], two = []] = await Promise.all(captures.map((capture) => capture.packets()));
  const rate = lab.plan.paths[1]?.rateMbit || 1000;
  return { ...end, ...judge(one, two, web.port), allowedMs: 2 * rttMs + (sendQueue * 8) / (rate * 1000) };
}

type Judgement = Omit<BackupFacts, keyof ConnectionEnd | "allowedMs">;

function judge(one: readonly CapturedPacket[], two: readonly CapturedPacket[], port: number): Judgement {
  const carriers = two.filter((p) => p.destinationPort === port && p.prioBackup);
  const told = carriers[0]?.time ?? Infinity;
  const [fresh1, fresh2] = [newData(one, port), newData(two, port)];
  const settled = timeAfterBytes(
    fresh1.filter((d) => d.time > told),
    SETTLED_BYTES,
  );
  const last = fresh2.filter((d) => d.time > told).at(-1);
  const sum = (data: readonly NewData[], holds: (d: NewData) => boolean): number =>
    data.filter(holds).reduce((total, d) => total + d.bytes, 0);
  return {
    told: carriers.length,
    before: [sum(fresh1, (d) => d.time <= told), sum(fresh2, (d) => d.time <= told)],
    after: [sum(fresh1, (d) => d.time > told), sum(fresh2, (d) => d.time > told)],
    late: sum(fresh2, (d) => d.time > settled),
    stoppedAfterMs: last ? (last.time - told) * 1000 : 0,
  };
}

interface NewData {
  readonly time: number;
  readonly bytes: number;
}

/** What left for the first time, retransmissions left out. */
function newData(packets: readonly CapturedPacket[], port: number): NewData[] {
  let highest = 0;
  return packets
    .filter((p) => p.sourcePort === port && p.payloadBytes > 0)
    .flatMap((p) => {
      const end = p.sequence + p.payloadBytes;
      const bytes = Math.min(p.payloadBytes, end - highest);
      if (bytes <= 0) return [];
      highest = end;
      return [{ time: p.time, bytes }];
    });
}

function timeAfterBytes(data: readonly NewData[], bytes: number): number {
  let total = 0;
  return data.find((d) => (total += d.bytes) >= bytes)?.time ?? Infinity;
}
