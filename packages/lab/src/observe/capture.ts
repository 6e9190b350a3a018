import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stop, type Host } from "../testbed/host.js";
import { undoAtEnd } from "../testbed/ending.js";

/** MPTCP option subtypes (RFC 8684, section 8.2 and IANA's registry). */
export const MPTCP_SUBTYPE = {
  capable: 0,
  join: 1,
  dss: 2,
  addAddr: 3,
  removeAddr: 4,
  prio: 5,
  fail: 6,
  fastclose: 7,
  reset: 8,
} as const;

/** One captured TCP packet, as tshark reads it. */
export interface CapturedPacket {
  /** Seconds since 1970. */
  readonly time: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly reset: boolean;
  /** Relative to the direction's first. */
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly window: number;
  /** Subtypes of the MPTCP options it carries. */
  readonly mptcp: readonly number[];
  /** Of MP_PRIO: the B bit; absent without the option. */
  readonly prioBackup?: boolean;
  /** tshark found the TCP checksum wrong, which partial checksums also are. */
  readonly badChecksum: boolean;
}

/** A capture under way. */
export interface Capture {
  /** Ends it and reads what came. */
  packets(): Promise<CapturedPacket[]>;
}

const FIELDS = [
  "frame.time_epoch",
  "ip.src",
  "ipv6.src",
  "tcp.srcport",
  "ip.dst",
  "ipv6.dst",
  "tcp.dstport",
  "tcp.flags",
  "tcp.seq",
  "tcp.len",
  "tcp.window_size_value",
  "tcp.options.mptcp.subtype",
  "tcp.options.mptcp.backup.flag",
  "tcp.checksum.status",
] as const;

/** Bits of the TCP flags field. */
const SYN = 0x002;
const RST = 0x004;
const ACK = 0x010;

/**
 * Captures TCP headers on a device; returns once it listens.
 * @param filter a pcap filter, e.g. "tcp port 8080"
 */
export async function startCapture(host: Host, device: string, filter = "tcp"): Promise<Capture> {
  const directory = mkdtempSync(join(tmpdir(), "emptcp-capture-"));
  const remove = undoAtEnd(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "packets.pcap");
  const child = host.start([
    "dumpcap",
    "-q",
    "-P",
    "-i",
    device,
    "-s",
    "160",
    "-B",
    "8",
    "-f",
    filter,
    "-w",
    file,
  ]);
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (part: Buffer) => {
      said += part.toString();
      if (said.includes("File: ")) resolve();
    });
    child.once("exit", () => reject(new Error(`capture on ${device}: ${said}`)));
  });
  return {
    packets: async () => {
      await stop(child, "SIGINT");
      const fields = FIELDS.flatMap((field) => ["-e", field]);
      const argv = [
        "tshark",
        "-r",
        file,
        "-n",
        "-o",
        "tcp.check_checksum:TRUE",
        "-T",
        "fields",
        "-E",
        "occurrence=a",
        ...fields,
      ];
      try {
        return parsePackets(await host.run(argv));
      } finally {
        remove();
      }
    },
  };
}

/** Reads tshark's fields, one packet a line, tabs between fields and commas between occurrences. */
export function parsePackets(text: string): CapturedPacket[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [time, s4, s6, sport, d4, d6, dport, flags, seq, length, window, subtypes, backup, checksum] =
        line.split("\t");
      const bits = Number(flags);
      const mptcp = (subtypes ?? "")
        .split(",")
        .filter((s) => s !== "")
        .map(Number);
      return {
        time: Number(time),
        source: s4 || s6 || "",
        sourcePort: Number(sport),
        destination: d4 || d6 || "",
        destinationPort: Number(dport),
        syn: (bits & SYN) !== 0,
        ack: (bits & ACK) !== 0,
        reset: (bits & RST) !== 0,
        sequence: Number(seq),
        payloadBytes: Number(length),
        window: Number(window),
        mptcp,
        badChecksum: checksum === "0",
        ...(mptcp.includes(MPTCP_SUBTYPE.prio) ? { prioBackup: backup === "1" || backup === "True" } : {}),
      };
    });
}
