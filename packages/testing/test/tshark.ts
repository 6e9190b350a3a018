import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether tshark can be run here. */
export function hasTshark(): boolean {
  try {
    execFileSync("tshark", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Packets as a capture file (libpcap format 2.4). @param linkType 1 Ethernet, 101 raw IP */
export function pcap(packets: readonly Uint8Array[], linkType: 1 | 101): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(0x40000, 16);
  header.writeUInt32LE(linkType, 20);
  const records = packets.flatMap((packet, second) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(second, 0);
    record.writeUInt32LE(packet.length, 8);
    record.writeUInt32LE(packet.length, 12);
    return [record, packet];
  });
  return Buffer.concat([header, ...records]);
}

const PREFERENCES = [
  "ip.check_checksum:TRUE",
  "ip.defragment:FALSE",
  "ipv6.defragment:FALSE",
  "tcp.check_checksum:TRUE",
  "udp.check_checksum:TRUE",
  "mptcp.analyze_mptcp:FALSE",
  "tcp.relative_sequence_numbers:FALSE",
  "tcp.desegment_tcp_streams:FALSE",
];

/** Every value that tshark shows in one packet, by its field name, in packet order. */
export type TsharkFields = Map<string, string[]>;

function collect(node: unknown, into: TsharkFields): void {
  if (typeof node !== "object" || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === "string") into.set(name, [...(into.get(name) ?? []), one]);
      else collect(one, into);
    }
  }
}

/** Dissects the packets with tshark. */
export function tshark(packets: readonly Uint8Array[], linkType: 1 | 101 = 1): TsharkFields[] {
  const directory = mkdtempSync(join(tmpdir(), "emptcp-tshark-"));
  try {
    const file = join(directory, "packets.pcap");
    writeFileSync(file, pcap(packets, linkType));
    const output = execFileSync(
      "tshark",
      ["-r", file, "-T", "json", "--no-duplicate-keys", ...PREFERENCES.flatMap((p) => ["-o", p])],
      {
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    return (JSON.parse(output) as { _source: { layers: unknown } }[]).map((packet) => {
      const fields: TsharkFields = new Map();
      collect(packet._source.layers, fields);
      return fields;
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
