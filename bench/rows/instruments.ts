import { BpfMap } from "@emptcp/core/libbpf";
import { BenchEngine, benchSet, pair, setWindow } from "../lib/bench-engine.js";
import { openBench } from "../lib/compile.js";
import type { Figure, Goal } from "../lib/figure.js";
import { Held } from "../lib/held.js";
import { HOOKS, type BenchHook } from "../lib/hooks.js";
import { derive, measure, type Cost, type Effort, type Probe } from "../lib/measure.js";
import { tcpFrame } from "../lib/packets.js";
import { startOf } from "./start.js";
import { windows } from "./windows.js";

const COUNTERS = "Counters of a step";
const INSTRUMENTS = "Chain of 4 beside a profile or a trace (the empty program included)";
const TIMES = 16;
const CHUNK = 1024;
const KINDS = 7;
const COUNTER: Goal = { atMost: 2 };
/** Bytes of the counters of verdicts, one value. */
const VERDICTS = 8 * KINDS;

/** What counters cost, and what a profile or a trace of others costs packets. */
export async function instrumentRows(effort: Effort): Promise<Figure[]> {
  const counters = HOOKS.flatMap((hook) => counterRows(hook, effort));
  return [...counters, ...(await chainRows(effort))];
}

function counterRows(hook: BenchHook, effort: Effort): Figure[] {
  using held = new Held();
  const empty = held.add(openBench("empty", hook));
  empty.load();
  const object = held.add(openBench("counters", hook));
  object.load();
  const map = held.add(BpfMap.fromFd(object.map("emptcp_verdicts").fd));
  using chunk = BpfMap.create({
    type: "percpu_array",
    name: "bench_chunk",
    keySize: 4,
    valueSize: VERDICTS,
    maxEntries: CHUNK,
  });
  const fd = Buffer.alloc(4);
  fd.writeUInt32LE(chunk.fd);
  map.update(Buffer.alloc(4), fd);
  const probe = (program: Probe["program"]): Probe => ({ program: held.add(program), data: tcpFrame() });
  const costs = measure(
    {
      empty: probe(empty.program("empty").program()),
      packets: probe(object.program("count_packets").program()),
      verdicts: probe(object.program("count_verdicts").program()),
    },
    effort,
  );
  const one = (cost: Cost): Cost => derive([cost, costs.empty], (c = 0, e = 0) => (c - e) / TIMES);
  const figure = (name: string, cost: Cost): Figure => ({
    ...{ group: COUNTERS, name, hook, unit: "ns", goal: COUNTER },
    ...one(cost),
  });
  return [
    figure("a packet (every step)", costs.packets),
    figure("a verdict (where a chain ends by one)", costs.verdicts),
  ];
}

/** The same set in engines of their own, so that all run at once and are measured in turns. */
const ENGINES = {
  plain: async () => undefined,
  "profile 1 in 64": async ({ engine }: BenchEngine) => engine.profile({ sample: 64 }),
} as const;

async function chainRows(effort: Effort): Promise<Figure[]> {
  const benches: [string, BenchEngine][] = [];
  const abort = new AbortController();
  const traces: Promise<void>[] = [];
  const open = async (name: string): Promise<BenchEngine> => {
    const bench = await BenchEngine.open(`instruments-${benches.length}`);
    benches.push([name, bench]);
    const chain = windows(4).map(setWindow);
    await bench.engine.apply(benchSet("s", { when: pair("ip-pair", "10.0.0.0", "192.0.2.1"), chain }));
    return bench;
  };
  try {
    for (const [name, prepare] of Object.entries(ENGINES)) await prepare(await open(name));
    const traced = await open("trace of another connection");
    await new Promise<void>((resolve, reject) => {
      const filter = { proto: "tcp" as const, a: { address: "203.0.113.1", port: "5000" } };
      const options = { signal: abort.signal, onStart: resolve };
      traces.push(ignore(traced.engine.trace(filter, options)));
      traces[0]?.catch(reject);
    });
    return HOOKS.flatMap((hook) => {
      using held = new Held();
      const probes = Object.fromEntries(
        benches.map(([name, bench]) => [name, startOf(held, hook, held.add(bench.root("s", hook)))]),
      );
      const costs = measure(probes, effort);
      return Object.entries(costs).map(
        ([name, cost]): Figure => ({ group: INSTRUMENTS, name, hook, unit: "ns", ...cost }),
      );
    });
  } finally {
    abort.abort();
    await Promise.all(traces);
    for (const [, bench] of benches) await bench.close();
  }
}

async function ignore(trace: AsyncIterable<unknown>): Promise<void> {
  for await (const hop of trace) if (hop === undefined) return;
}
