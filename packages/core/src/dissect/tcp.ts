import { upperStatus } from "./checksums.js";
import type { Upper } from "./ipv4.js";
import type { Reader } from "./reader.js";
import { readTcpOptions } from "./tcp-options.js";

/** TCP flags, lowest bit first (RFC 9293 section 3.1, RFC 9768 for "ae"). */
export const TCP_FLAGS = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae"] as const;
export type TcpFlag = (typeof TCP_FLAGS)[number];

/** Reads a TCP header with its options (RFC 9293); returns false when cut short or contradictory. */
export function readTcp(reader: Reader, ip: Upper): boolean {
  const start = reader.at;
  if (reader.left < 20) return false;
  const status = upperStatus(ip, 6, reader.bytes.subarray(start, reader.end), 16);
  reader.number("tcp.sport", 2);
  reader.number("tcp.dport", 2);
  reader.number("tcp.seq", 4);
  reader.number("tcp.ack", 4);
  const word = reader.peek(reader.at, 2);
  reader.add("tcp.dataOffset", word >> 12, reader.at, 1);
  reader.add("tcp.reserved", (word >> 9) & 7, reader.at, 1);
  reader.add("tcp.flags", TCP_FLAGS.filter((_, bit) => word & (1 << bit)).join(" "), reader.at, 2);
  reader.at += 2;
  reader.number("tcp.window", 2);
  reader.add("tcp.checksum", reader.peek(reader.at, 2), reader.at, 2, status);
  reader.at += 2;
  reader.number("tcp.urgent", 2);
  const optionsEnd = start + (word >> 12) * 4;
  if (optionsEnd < reader.at || optionsEnd > reader.end) return false;
  readTcpOptions(reader, optionsEnd);
  return true;
}
