import type { Host } from "../testbed/host.js";

/** One TCP connection that is a subflow of an MPTCP connection, as this host's kernel sees it. */
export interface Subflow {
  /** Address without brackets; a mapped IPv4 address is said as IPv4. */
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  /** Token of the connection at this host, hexadecimal without leading zeros. */
  readonly token: string;
  /** Opened with MP_JOIN, by either side. */
  readonly joined: boolean;
  /** The peer asked for this subflow to be a backup (MP_PRIO or the B bit of MP_JOIN arrived). */
  readonly backupAskedByPeer: boolean;
  /** This host asked for it. */
  readonly backupAskedHere: boolean;
  /** Bytes in its send queue: not yet sent, or sent and not yet acknowledged. */
  readonly sendQueue: number;
  readonly bytesSent: number;
  readonly bytesRetransmitted: number;
  readonly bytesAcked: number;
  readonly bytesReceived: number;
  readonly segmentsOut: number;
  readonly segmentsIn: number;
  /** Smoothed round-trip time in milliseconds. */
  readonly rttMs: number;
  readonly minRttMs: number;
}

/** Flags of a subflow: MPTCP_SUBFLOW_FLAG_BKUP_REM and _BKUP_LOC, JOIN_REM and JOIN_LOC as ss prints them. */
const FLAG = { peerBackup: "B", ownBackup: "b", peerJoin: "J", ownJoin: "j" } as const;

/** The established subflows at a host, in no order. @param port only those with this port at either end */
export function listSubflows(host: Host, port?: number): Subflow[] {
  const all = parseSubflows(host.runNow(["ss", "-tinHO", "state", "established"]));
  return port === undefined ? all : all.filter((s) => s.localPort === port || s.remotePort === port);
}

/** Reads the output of `ss -tinHO`; connections that are no subflows are left out. */
export function parseSubflows(text: string): Subflow[] {
  return text.split("\n").flatMap((line) => {
    const ulp = /tcp-ulp-mptcp flags:(\S+) token:[0-9a-f]+\(id:\d+\)\/([0-9a-f]+)\(id:\d+\)/.exec(line);
    const ends = [...line.matchAll(/(\S+):(\d+)(?=\s)/g)].slice(0, 2);
    const [local, remote] = ends;
    if (ulp === null || local === undefined || remote === undefined) return [];
    return [{ ...endsOf(local, remote), ...flagsOf(ulp[1]!, ulp[2]!), ...amountsOf(line) }];
  });
}

function endsOf(
  local: RegExpExecArray,
  remote: RegExpExecArray,
): Pick<Subflow, "local" | "localPort" | "remote" | "remotePort"> {
  return {
    local: plainAddress(local[1]!),
    localPort: Number(local[2]),
    remote: plainAddress(remote[1]!),
    remotePort: Number(remote[2]),
  };
}

function flagsOf(
  flags: string,
  token: string,
): Pick<Subflow, "token" | "joined" | "backupAskedByPeer" | "backupAskedHere"> {
  return {
    token: token.replace(/^0+(?=.)/, ""),
    joined: flags.includes(FLAG.peerJoin) || flags.includes(FLAG.ownJoin),
    backupAskedByPeer: flags.includes(FLAG.peerBackup),
    backupAskedHere: flags.includes(FLAG.ownBackup),
  };
}

function amountsOf(
  line: string,
): Omit<Subflow, keyof ReturnType<typeof endsOf> | keyof ReturnType<typeof flagsOf>> {
  const number = (name: string): number => Number(new RegExp(`\\s${name}:([0-9.]+)`).exec(line)?.[1] ?? 0);
  return {
    sendQueue: Number(/^\s*\d+\s+(\d+)/.exec(line)?.[1] ?? 0),
    bytesSent: number("bytes_sent"),
    bytesRetransmitted: number("bytes_retrans"),
    bytesAcked: number("bytes_acked"),
    bytesReceived: number("bytes_received"),
    segmentsOut: number("segs_out"),
    segmentsIn: number("segs_in"),
    rttMs: number("rtt"),
    minRttMs: number("minrtt"),
  };
}

/** "[::ffff:10.0.0.1]", "10.0.2.1%path2" and "[fd00::1]" to what policies say. */
function plainAddress(text: string): string {
  return text
    .replace(/[[\]]/g, "")
    .replace(/^::ffff:(?=\d+\.)/, "")
    .replace(/%.*$/, "");
}
