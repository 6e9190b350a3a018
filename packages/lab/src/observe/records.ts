import type { Types } from "@emptcp/actor-record/types";
import type { Engine } from "@emptcp/core";

/** What the actor `record` knows of one direction of a subflow. */
export interface FlowRecord {
  readonly packets: number;
  /** Of IP packets. */
  readonly bytes: number;
  /** Of TCP, retransmissions included. */
  readonly payloadBytes: number;
  /** From where it was recorded to the destination and back; 0 without samples. */
  readonly minRttMs: number;
  readonly rttMs: number;
  readonly rttSamples: number;
  readonly syns: number;
}

/** One direction of a subflow. */
export interface FlowEnds {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

/** Reads one direction of a subflow from the running module's map; undefined when it has no record. */
export function readRecord(engine: Engine, ends: FlowEnds): FlowRecord | undefined {
  using flows = engine.module<Types>("record").map("flows");
  const { source: src, destination: dst, sourcePort: sport, destinationPort: dport } = ends;
  const record = flows.get({ src, dst, sport, dport });
  return (
    record && {
      packets: Number(record.packets),
      bytes: Number(record.bytes),
      payloadBytes: Number(record.payload),
      minRttMs: Number(record.rtt_min_ns) / 1e6,
      rttMs: Number(record.rtt_smoothed_ns) / 1e6,
      rttSamples: record.rtt_samples,
      syns: record.syns,
    }
  );
}
