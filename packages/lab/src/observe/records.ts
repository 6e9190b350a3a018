import { isIPv6 } from "node:net";
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
  using map = engine.moduleMap("record", "record_flows");
  const value = map.lookup(flowKey(ends));
  return value && decodeRecord(value);
}

/** Bytes of struct emptcp_flow: both addresses as IPv6 (IPv4 mapped), then both ports, as on the wire. */
export function flowKey(ends: FlowEnds): Buffer {
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(ends.sourcePort, 0);
  ports.writeUInt16BE(ends.destinationPort, 2);
  return Buffer.concat([addressBytes(ends.source), addressBytes(ends.destination), ports]);
}

/** Reads struct record of actor-record, host byte order, times in nanoseconds. */
function decodeRecord(value: Buffer): FlowRecord {
  const u64 = (offset: number): number => Number(value.readBigUInt64LE(offset));
  return {
    packets: u64(0),
    bytes: u64(8),
    payloadBytes: u64(16),
    minRttMs: u64(56) / 1e6,
    rttMs: u64(64) / 1e6,
    rttSamples: value.readUInt32LE(72),
    syns: value.readUInt32LE(80),
  };
}

function addressBytes(text: string): Buffer {
  if (!isIPv6(text))
    return Buffer.from([...Array<number>(10).fill(0), 255, 255, ...text.split(".").map(Number)]);
  const [head = "", tail] = text.split("::");
  const groups = (part: string): number[] =>
    part
      .split(":")
      .filter((g) => g !== "")
      .map((g) => parseInt(g, 16));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}
