import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../errors.js";
import { stop, type Host } from "../testbed/host.js";

/** A running iperf3 server. */
export interface IperfServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** How to run an iperf3 test. */
export interface IperfOptions {
  /** Of the server. */
  readonly address: string;
  readonly port?: number;
  /** Plain TCP instead of MPTCP. */
  readonly plain?: boolean;
  /** Datagrams instead of a stream, at this many bits per second. */
  readonly udpBits?: number;
  readonly seconds: number;
  /** From server to client. */
  readonly reverse?: boolean;
}

/** What iperf3 measured, at the receiving end. */
export interface IperfResult {
  readonly bytes: number;
  readonly bitsPerSecond: number;
  /** Datagrams that did not arrive, and all that were sent; 0 for streams. */
  readonly lost: number;
  readonly packets: number;
}

interface IperfJson {
  readonly error?: string;
  readonly end: Record<
    "sum" | "sum_received",
    { bytes: number; bits_per_second: number; lost_packets?: number; packets?: number }
  >;
}

/** Starts iperf3 under mptcpize at a host; it serves plain TCP and UDP too. */
export async function startIperfServer(host: Host, port = 5201): Promise<IperfServer> {
  const child = host.start(
    ["mptcpize", "run", "iperf3", "-s", "-p", String(port)],
    ["ignore", "ignore", "ignore"],
  );
  await waitForListener(host, port);
  return { port, stop: () => stop(child) };
}

/** Runs an iperf3 client to its end. @throws LabError ERR_EMPTCP_LAB_COMMAND with what iperf3 said */
export async function runIperf(host: Host, options: IperfOptions): Promise<IperfResult> {
  const { address, port = 5201, plain = false, udpBits, seconds, reverse = false } = options;
  const argv = [
    ...(plain || udpBits !== undefined ? [] : ["mptcpize", "run"]),
    ...["iperf3", "-J", "-c", address, "-p", String(port), "-t", String(seconds)],
    ...(reverse ? ["-R"] : []),
    ...(udpBits === undefined ? [] : ["-u", "-b", String(udpBits), "-l", "1200"]),
  ];
  const result = await host.attempt(argv, { timeoutMs: seconds * 1000 + 30_000 });
  const json = JSON.parse(result.stdout || "{}") as Partial<IperfJson>;
  if (result.status !== 0 || json.end === undefined) {
    throw new LabError(
      "ERR_EMPTCP_LAB_COMMAND",
      `run iperf3 to ${address}: ${json.error ?? result.stderr}`,
      "see that its server runs",
    );
  }
  const sum = udpBits === undefined ? json.end.sum_received : json.end.sum;
  return {
    bytes: sum.bytes,
    bitsPerSecond: sum.bits_per_second,
    lost: sum.lost_packets ?? 0,
    packets: sum.packets ?? 0,
  };
}

/** Waits until somebody listens on a TCP port. @throws LabError ERR_EMPTCP_LAB_COMMAND after ten seconds */
export async function waitForListener(host: Host, port: number): Promise<void> {
  for (let round = 0; round < 200; round++) {
    if (host.runNow(["ss", "-tlnH", `sport = :${port}`]).trim() !== "") return;
    await sleep(50);
  }
  throw new LabError(
    "ERR_EMPTCP_LAB_COMMAND",
    `wait for a listener on port ${port} of ${host.namespace}`,
    "see that nothing else uses it",
  );
}
