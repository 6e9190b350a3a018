import { BenchEngine, benchSet, pair, setWindow } from "../lib/bench-engine.js";
import { openBench } from "../lib/compile.js";
import type { Figure, Goal } from "../lib/figure.js";
import { Held } from "../lib/held.js";
import { HOOKS, type BenchHook } from "../lib/hooks.js";
import { derive, measure, type Cost, type Effort, type Probe } from "../lib/measure.js";
import { tcpFrame } from "../lib/packets.js";
import { paper, PAPER_MOST } from "./paper.js";
import { single } from "./single.js";
import { startOf } from "./start.js";
import { LENGTHS, windows } from "./windows.js";

const FURTHER: Goal = { atMost: 9 };
const OF_BASELINE: Goal = { atMost: 0.5 };

type Kind = "empty" | "start" | "engine" | "single" | "paper" | "whole";
const key = (kind: Kind, length = 0): string => (length === 0 ? kind : `${kind} ${length}`);

/** Chain cost by length: the engine, one hand-written program, and the original's style. */
export async function chainRows(effort: Effort): Promise<Figure[]> {
  const bench = await BenchEngine.open("chain");
  try {
    for (const length of LENGTHS) {
      const chain = windows(length).map(setWindow);
      await bench.engine.apply(
        benchSet(`set-${length}`, { when: pair("ip-pair", "10.0.0.0", "192.0.2.1"), chain }),
      );
    }
    return HOOKS.flatMap((hook) => rowsOf(bench, hook, effort));
  } finally {
    await bench.close();
  }
}

function rowsOf(bench: BenchEngine, hook: BenchHook, effort: Effort): Figure[] {
  using held = new Held();
  const probes = probesOf(held, bench, hook);
  for (const [name, probe] of Object.entries(probes)) check(name, probe);
  const costs = measure(probes, effort);
  for (const length of LENGTHS) {
    const packets = BigInt(effort.rounds * effort.repeat);
    if (bench.finished(`set-${length}`, hook) < packets)
      throw new Error(`count packets of the chain of ${length} at ${hook}: some did not pass all steps`);
  }
  return [...plain(hook, costs), ...slopes(hook, costs), ...ratios(hook, costs)];
}

function probesOf(held: Held, bench: BenchEngine, hook: BenchHook): Record<string, Probe> {
  const object = held.add(openBench("empty", hook));
  object.load();
  const empty = held.add(object.program("empty").program());
  const probes: Record<string, Probe> = {
    [key("empty")]: { program: empty, data: tcpFrame() },
    [key("start")]: startOf(held, hook, empty),
  };
  for (const length of LENGTHS) {
    probes[key("engine", length)] = startOf(held, hook, held.add(bench.root(`set-${length}`, hook)));
    probes[key("single", length)] = single(held, hook, length);
    if (length > PAPER_MOST[hook]) continue;
    const baseline = paper(held, hook, length);
    probes[key("paper", length)] = baseline.chain;
    probes[key("whole", length)] = baseline.whole;
  }
  return probes;
}

/** The last window of the chain must be in the packet, or something else was measured. */
function check(name: string, { program, data }: Probe): void {
  const length = Number(name.split(" ")[1] ?? 0);
  const window = program.testRun({ data }).data.readUInt16BE(48);
  const wanted = length === 0 ? data.readUInt16BE(48) : windows(length).at(-1);
  if (window !== wanted) throw new Error(`run ${name}: the window is ${window}, it should be ${wanted}`);
}

/** Cost without what makes the frame fresh, by name. */
function own(costs: Readonly<Record<string, Cost>>, name: string): Cost | undefined {
  const [cost, start, empty] = [costs[name], costs[key("start")], costs[key("empty")]];
  return cost && start && empty && derive([cost, start, empty], (c = 0, s = 0, e = 0) => c - s + e);
}

function plain(hook: BenchHook, costs: Readonly<Record<string, Cost>>): Figure[] {
  const names: [string, Kind][] = [
    ["tail-call chain", "engine"],
    ["one program by hand", "single"],
    ["original's style, chain alone", "paper"],
    ["original's style, with selection", "whole"],
  ];
  const empty = costs[key("empty")];
  const figures: Figure[] = empty
    ? [{ group: GROUP, name: "empty program", hook, unit: "ns", ...empty }]
    : [];
  for (const [name, kind] of names) {
    for (const length of LENGTHS) {
      const cost = own(costs, key(kind, length));
      if (cost) figures.push({ group: GROUP, name: `${name}, ${length}`, hook, unit: "ns", ...cost });
    }
  }
  return figures;
}

const GROUP = "Chain of set-window by length (the empty program included)";

function slopes(hook: BenchHook, costs: Readonly<Record<string, Cost>>): Figure[] {
  const steps: [number, number][] = [
    [1, 4],
    [1, 2],
    [2, 4],
    [4, 8],
  ];
  return steps.flatMap(([from, to]) => {
    const [a, b] = [costs[key("engine", from)], costs[key("engine", to)]];
    if (!a || !b) return [];
    const cost = derive([a, b], (x = 0, y = 0) => (y - x) / (to - from));
    const goal = from === 1 && to === 4 ? { goal: FURTHER } : {};
    return [
      {
        group: GROUP,
        name: `each further actor, ${from} to ${to}`,
        hook,
        unit: "ns" as const,
        ...cost,
        ...goal,
      },
    ];
  });
}

/** Both without the empty program, which is the test run's own cost. */
function ratios(hook: BenchHook, costs: Readonly<Record<string, Cost>>): Figure[] {
  const kinds: [string, Kind, Goal | undefined][] = [
    ["chain of 4, of the original's with selection", "whole", OF_BASELINE],
    ["chain of 4 with selection, of the original's chain alone", "paper", undefined],
  ];
  const start = costs[key("start")];
  const engine = costs[key("engine", 4)];
  const parts = kinds.flatMap(([name, kind, goal]): Figure[] => {
    const other = costs[key(kind, 4)];
    if (!engine || !other || !start) return [];
    const ratio = derive([engine, other, start], (e = 0, o = 0, s = 0) => (e - s) / (o - s));
    return [{ group: GROUP, name, hook, unit: "x", ...ratio, ...(goal ? { goal } : {}) }];
  });
  const [first, one, four] = [engine, costs[key("engine", 1)], costs[key("paper", 4)]];
  const single = costs[key("paper", 1)];
  if (!first || !one || !four || !single) return parts;
  const further = derive(
    [one, first, single, four],
    (e1 = 0, e4 = 0, p1 = 0, p4 = 0) => (e4 - e1) / (p4 - p1),
  );
  return [
    ...parts,
    { group: GROUP, name: "each further actor, of the original's, 1 to 4", hook, unit: "x", ...further },
  ];
}
