import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Trace } from "@emptcp/core";
import { BenchEngine, benchSet, pair, setWindow } from "../lib/bench-engine.js";
import type { Figure } from "../lib/figure.js";
import { windows } from "./windows.js";

const GROUP = "Trace of one connection (4 steps) on a link of 100 000 packets a second";
const RATE = 100_000;
/** Packets of the connection that is traced, a second. */
const SHARE = 10_000;
const HOPS = 5;
const HOOK = "tc-ingress";
const PER_CENT = 100;

interface Sent {
  readonly sent: number;
  readonly traced: number;
  readonly ns: number;
}

async function send(root: string, share: number, seconds: number): Promise<Sent> {
  const args = [
    "--conditions=@emptcp/source",
    "--import",
    "tsx",
    join(import.meta.dirname, "../lib/sender.ts"),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...args,
    root,
    `${RATE}`,
    `${share}`,
    `${seconds}`,
  ]);
  return JSON.parse(stdout) as Sent;
}

async function count(trace: Trace, to: { hops: number }): Promise<void> {
  for await (const hop of trace) to.hops += hop.packet > 0n ? 1 : 0;
}

/** What a trace of a busy connection loses, and what it costs the others. */
export async function traceRows(seconds: number): Promise<Figure[]> {
  const bench = await BenchEngine.open("trace");
  const abort = new AbortController();
  try {
    const chain = windows(4).map(setWindow);
    const when = pair("ip-pair", "10.0.0.0", "192.0.2.1");
    await bench.engine.apply(benchSet("s", { when, chain }, [HOOK]));
    const root = `${bench.pinDir}/ports/${bench.engine.current().ports[0]?.id}_root`;
    const before = await send(root, 0, seconds);
    const seen = { hops: 0 };
    let started: () => void;
    const running = new Promise<void>((resolve) => (started = resolve));
    const filter = { proto: "tcp" as const, a: { address: "10.0.0.0", port: "1024" } };
    const trace = bench.engine.trace(filter, { signal: abort.signal, onStart: () => started() });
    const reading = count(trace, seen);
    await running;
    const cpu = process.cpuUsage();
    const during = await send(root, SHARE, seconds);
    await new Promise((resume) => setTimeout(resume, 500)); // what is still in the ring buffer
    const { user, system } = process.cpuUsage(cpu);
    const lost = trace.lost();
    abort.abort();
    await reading;
    const wanted = during.traced * HOPS;
    const slower = (((during.ns - before.ns) * RATE) / 1e9) * PER_CENT;
    const figure = (name: string, unit: Figure["unit"], best: number, atMost?: number): Figure => ({
      ...{ group: GROUP, name, hook: HOOK, unit, best },
      ...(atMost !== undefined && { goal: { atMost } }),
    });
    return [
      figure("packets sent", "packets", during.sent),
      figure("of those traced", "packets", during.traced),
      figure("hops lost", "packets", wanted - seen.hops, 0),
      figure("hops counted as lost", "packets", Number(lost), 0),
      figure("a packet of another connection, without trace", "ns", before.ns),
      figure("a packet of another connection, beside the trace", "ns", during.ns),
      figure("time that this takes from the link's core", "%", slower, 2),
      figure("CPU of the reader", "%", ((user + system) / 1e6 / seconds) * PER_CENT),
    ];
  } finally {
    abort.abort();
    await bench.close();
  }
}
