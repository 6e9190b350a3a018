import { hex } from "./bytes.js";
import { plainStatus, upperStatus } from "./checksums.js";
import type { Upper } from "./ipv4.js";
import type { ChecksumStatus, Reader } from "./reader.js";

/** Reads a UDP header (RFC 768); returns false when cut short. */
export function readUdp(reader: Reader, ip: Upper): boolean {
  const start = reader.at;
  if (reader.left < 8) return false;
  reader.number("udp.sport", 2);
  reader.number("udp.dport", 2);
  reader.number("udp.length", 2);
  const value = reader.peek(reader.at, 2);
  const status: ChecksumStatus =
    value === 0 ? "none" : upperStatus(ip, 17, reader.bytes.subarray(start, reader.end), 6);
  reader.add("udp.checksum", value, reader.at, 2, status);
  reader.at += 2;
  return true;
}

/** Reads an ICMP or ICMPv6 header (RFC 792, RFC 4443); returns false when cut short. */
export function readIcmp(reader: Reader, ip: Upper): boolean {
  const start = reader.at;
  if (reader.left < 8) return false;
  const message = reader.bytes.subarray(start, reader.end);
  reader.number("icmp.type", 1);
  reader.number("icmp.code", 1);
  const plain = (): ChecksumStatus => (ip.whole ? plainStatus(message) : "unchecked");
  reader.add(
    "icmp.checksum",
    reader.peek(reader.at, 2),
    reader.at,
    2,
    ip.protocol === 1 ? plain() : upperStatus(ip, 58, message, 2),
  );
  reader.at += 2;
  reader.text("icmp.rest", 4, hex);
  return true;
}
