import type { BenchEngine } from "../lib/bench-engine.js";
import { openBench } from "../lib/compile.js";
import type { Figure } from "../lib/figure.js";
import type { FlowModule } from "../lib/flows.js";
import { Held } from "../lib/held.js";
import type { BenchHook } from "../lib/hooks.js";
import { derive, measure, type Cost, type Effort } from "../lib/measure.js";
import { bareLookup, type TableKind } from "./bare.js";
import { startOf } from "./start.js";

type Part = Omit<Figure, "group" | "hook">;

/** Twice the cost of a match of random flows: as it is, and as the sum of the entry and a bare look-up. */
export function matchCosts(
  bench: BenchEngine,
  hook: BenchHook,
  module: FlowModule,
  kind: TableKind,
  effort: Effort,
): Part[] {
  using held = new Held();
  const object = held.add(openBench("empty", hook));
  object.load();
  const empty = held.add(object.program("empty").program());
  const root = held.add(bench.root("rules", hook));
  const bare = bareLookup(held, hook, module, kind, root);
  const ports = module === "subflow";
  const [random, hot] = [
    { flows: kind.count, ports },
    { flows: 1, ports },
  ];
  const probes = {
    startRandom: startOf(held, hook, empty, random),
    startHot: startOf(held, hook, empty, hot),
    random: startOf(held, hook, root, random),
    hot: startOf(held, hook, root, hot),
    bareRandom: startOf(held, hook, bare.alone, random),
    bareHot: startOf(held, hook, bare.alone, hot),
    bothRandom: startOf(held, hook, bare.before, random),
    bothHot: startOf(held, hook, bare.before, hot),
  };
  const before = bench.matched("rules", hook);
  const costs = measure(probes, effort);
  const matched = bench.matched("rules", hook) - before;
  const sent = BigInt(effort.rounds * effort.repeat * 4);
  if (matched !== sent) throw new Error(`match random flows: ${matched} of ${sent} packets did`);
  return parts(costs);
}

type Name =
  | "startRandom"
  | "startHot"
  | "random"
  | "hot"
  | "bareRandom"
  | "bareHot"
  | "bothRandom"
  | "bothHot";

function parts(costs: Readonly<Record<Name, Cost>>): Part[] {
  const less = (a: Cost, b: Cost): Cost => derive([a, b], (x = 0, y = 0) => x - y);
  const match = less(costs.random, costs.startRandom);
  const hot = less(costs.hot, costs.startHot);
  const bareRandom = less(costs.bareRandom, costs.startRandom);
  const bareHot = less(costs.bareHot, costs.startHot);
  const more = (random: Cost, still: Cost): Cost =>
    derive([hot, random, still], (h = 0, r = 0, s = 0) => h + r - s);
  const ratio = (reference: Cost): Cost => derive([match, reference], (m = 0, r = 1) => m / r);
  const inOne = more(costs.bothRandom, costs.bothHot);
  const apart = more(bareRandom, bareHot);
  const ns = (name: string, cost: Cost): Part => ({ name, unit: "ns", ...cost });
  return [
    ns("match, random flows", match),
    ns("match, one hot flow", hot),
    ns("bare look-up, random flows", bareRandom),
    ns("bare look-up, one hot flow", bareHot),
    ns("entry and one bare look-up of random flows, in one run", inOne),
    ns("entry and one bare look-up of random flows, measured apart", apart),
    {
      name: "match, of entry and bare look-up in one run",
      unit: "x",
      ...ratio(inOne),
      goal: { atMost: 1.25 },
    },
    { name: "match, of entry and bare look-up measured apart", unit: "x", ...ratio(apart) },
  ];
}
