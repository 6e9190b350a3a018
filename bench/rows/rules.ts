import { BpfMap } from "@emptcp/core/libbpf";
import { BenchEngine, benchSet, pair } from "../lib/bench-engine.js";
import { coldRun } from "../lib/cold.js";
import { median, type Figure, type Unit } from "../lib/figure.js";
import { keySize, rules, VALUE_SIZE, type FlowModule } from "../lib/flows.js";
import type { BenchHook } from "../lib/hooks.js";
import { accounted, settledMemory } from "../lib/memory.js";
import type { Effort } from "../lib/measure.js";
import { matchCosts } from "./match.js";

/** The hook of these rows: the entry is one source for all. */
const HOOK: BenchHook = "xdp";
/** Rules that fit beside them. */
const ROOM = 1000;
const LOADS = 3;

export interface RulesEffort extends Effort {
  /** Rules to load. */
  readonly count: number;
  /** Cold processes. */
  readonly runs: number;
}

/** A million rules: loading them, what they weigh, what a match costs, and adding one more. */
export async function ruleRows(module: FlowModule, effort: RulesEffort): Promise<Figure[]> {
  const bench = await BenchEngine.open(module);
  try {
    return await rowsOf(bench, module, effort);
  } finally {
    await bench.close();
  }
}

async function rowsOf(bench: BenchEngine, module: FlowModule, effort: RulesEffort): Promise<Figure[]> {
  const { count } = effort;
  const group = `${count.toLocaleString("en")} rules on ${module}`;
  const figure = (name: string, unit: Unit, best: number, atMost?: number): Figure => ({
    group,
    name,
    hook: HOOK,
    unit,
    best,
    ...(atMost === undefined ? {} : { goal: { atMost } }),
  });
  const chain = [{ kind: "step", module: "pass", params: {} } as const];
  const when =
    module === "subflow"
      ? pair(module, "198.51.100.9:9", "192.0.2.1:443")
      : pair(module, "198.51.100.9", "192.0.2.1");
  // The engine's own maps come first: they are not the rules' weight.
  await bench.engine.apply(benchSet("first", { when, chain }, [HOOK]));
  const before = await settledMemory();
  const seconds: number[] = [];
  let used = NaN;
  for (let n = 0; n < LOADS; n++) {
    if (n > 0) await bench.engine.delete("rules");
    await bench.engine.apply(benchSet("rules", { when, chain, capacity: count + ROOM }, [HOOK]));
    const started = performance.now();
    const { added } = await bench.engine.policy("rules/p").rules.load(rules(module, count));
    seconds.push((performance.now() - started) / 1000);
    if (added !== count) throw new Error(`load rules: ${added} of ${count} were added`);
    // What a deleted table leaves behind in the kernel's caches is not to be counted.
    if (n === 0) used = ((await settledMemory()) - before) / count - keySize(module) - VALUE_SIZE;
  }

  const table = bench.engine.current().tables.find((t) => t.set === "rules" && t.shape.family === 4);
  if (!table) throw new Error("find the table of the rules: there is none");
  using map = BpfMap.fromPin(`${bench.pinDir}/tables/table_${table.id}`);
  const told = accounted(map) / count - keySize(module) - VALUE_SIZE;

  const matching = matchCosts(
    bench,
    HOOK,
    module,
    { count, capacity: map.info().maxEntries, flags: map.info().flags },
    effort,
  );
  const cold = coldRun("add-rule.js", [bench.pinDir, module], effort.runs);
  return [
    { ...figure("load through the public API", "s", Math.min(...seconds), 2), median: median(seconds) },
    figure("kernel memory of a rule beyond key and value", "B", used, 100),
    figure("the same, as the kernel accounts it", "B", told),
    ...matching.map((f) => ({ group, hook: HOOK, ...f })),
    {
      ...figure("add one rule from a cold process", "ms", cold.best),
      median: cold.median,
      goal: { atMost: 250, judged: "median" },
    },
  ];
}
