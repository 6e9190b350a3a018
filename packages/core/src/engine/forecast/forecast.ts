import { isDeepStrictEqual } from "node:util";
import { EmptcpError } from "../../errors.js";
import type { ModuleCatalog } from "../../module/catalog.js";
import type { PolicySet } from "../../policy/types.js";
import { assignGroups, assignPorts } from "../assign-ports.js";
import { compilePolicies, type CompiledPolicy } from "../compile-policies.js";
import { resolvePorts, type PortTarget } from "../interfaces.js";
import { LIMITS, type PacketHook } from "../layout.js";
import { emptyManifest, type GenerationManifest } from "../manifest.js";
import { Objects } from "../objects.js";
import { planSteps } from "../plan-steps.js";
import { SetModules } from "../set-modules.js";
import { shapeKey, shapeOf } from "../shapes.js";
import { ABI, coreVersion } from "../version.js";
import { Costs, costForecasts, type CostForecast, type EntryWork } from "./cost.js";
import { moduleForecasts, type ModuleForecast } from "./modules.js";

/** A program that an apply would load, or use again. */
export interface ProgramForecast {
  readonly hook: PacketHook;
  /** Module of a step, or `entry`. */
  readonly program: string;
  readonly count: number;
}

/** An interface that joins, stays or leaves. */
export interface PortForecast {
  readonly hook: PacketHook;
  /** `eth0`, `namespace/eth0`. */
  readonly interface: string;
  readonly change: "attach" | "keep" | "detach";
}

/** How much of something that there is only so much of. */
export interface LimitForecast {
  readonly what: string;
  readonly used: number;
  readonly limit: number;
}

/** What an apply would do, as far as it can be told without the kernel. */
export interface Forecast {
  /** The generation that runs; null when it could not be read. */
  readonly running: number | null;
  /** Number of the next one. */
  readonly next: number | null;
  /** nothing: it runs already; data: one write, no program is loaded; programs: a new set of programs beside the old one. */
  readonly work: "nothing" | "data" | "programs";
  /** Why programs are loaded. */
  readonly reasons: readonly string[];
  /** Loaded when `work` is "programs", else used again. */
  readonly programs: readonly ProgramForecast[];
  readonly modules: readonly ModuleForecast[];
  readonly ports: readonly PortForecast[];
  readonly limits: readonly LimitForecast[];
  readonly costs: readonly CostForecast[];
  /** What could not be seen, and why. */
  readonly unseen: readonly string[];
}

const textOf = (p: { readonly netns?: string; readonly name: string }): string =>
  p.netns === undefined ? p.name : `${p.netns}/${p.name}`;

/** The tables that each set needs on each hook: one for each shape. */
function shapesOf(
  compiled: readonly CompiledPolicy[],
  modulesOf: (name: string) => SetModules,
): Map<string, Map<string, readonly string[]>> {
  const bySet = new Map<string, Map<string, readonly string[]>>();
  for (const { set, hook, policy } of compiled) {
    const key = `${hook} ${set}`;
    const shapes = bySet.get(key) ?? new Map<string, readonly string[]>();
    bySet.set(key, shapes);
    for (const c of modulesOf(set).expand(policy.when, hook)) {
      shapes.set(
        shapeKey(shapeOf(c.family, c.pieces, false)),
        c.pieces.map((p) => p.selector),
      );
      for (const p of c.negatives.flatMap((n) => n.pieces)) {
        shapes.set(shapeKey(shapeOf(p.family, [p], true)), [p.selector]);
      }
    }
  }
  return bySet;
}

function counted(names: readonly string[], hook: PacketHook): ProgramForecast[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([program, count]) => ({ hook, program, count }));
}

/**
 * Tells what applying sets would do, from what describes the generation that runs. Nothing is written or loaded.
 *
 * @param sets all sets that would run afterwards, checked already
 * @param running what runs; undefined: it could not be read
 */
export function forecast(
  sets: readonly PolicySet[],
  running: GenerationManifest | undefined,
  catalog: ModuleCatalog,
): Forecast {
  const before = running ?? emptyManifest(coreVersion(), ABI);
  const unseen: string[] = running ? [] : ["what runs: compared with nothing (needs CAP_BPF, e.g. by sudo)"];
  const known = new Map(sets.map((s) => [s.name, SetModules.of(s, catalog)]));
  const modulesOf = (name: string): SetModules => known.get(name) ?? new SetModules(catalog);
  const targets = interfacesOf(sets, unseen);
  // Indices of interfaces are data; which one it is does not matter here.
  const compiled = compilePolicies(sets, catalog, () => () => 1);
  const ports = assignPorts(before.ports, targets, () => true);
  const groups = assignGroups(before.groups, [...ports.kept, ...ports.added.map((a) => a.target)]);
  const modules = moduleForecasts(sets, (s) => modulesOf(s.name), before);
  const shapes = shapesOf(compiled, modulesOf);

  const kept = planSteps(compiled, before.steps).steps;
  const fresh = planSteps(compiled).steps;
  const reasons =
    before.number === 0
      ? ["nothing runs yet"]
      : [
          ...newSteps(kept, before),
          ...newTables(shapes, before),
          ...modules
            .filter((m) => m.reloaded)
            .map((m) => `${m.module} is another build than the one that runs`),
          ...(before.core === coreVersion()
            ? []
            : [`core ${coreVersion()} takes the place of ${before.core}`]),
          ...(groups.every((g) => before.groups.some((b) => b.id === g.id && `${b.sets}` === `${g.sets}`))
            ? []
            : ["sets come together on an interface in a new way"]),
        ];
  const entries = groups.map((g): EntryWork => {
    const own = g.sets.flatMap((s) => [...(shapes.get(`${g.hook} ${s}`) ?? [])]);
    const selectors = new Set(own.flatMap(([, names]) => names));
    return { hook: g.hook, sets: g.sets, tables: own.length, selectors: selectors.size };
  });
  const same = isDeepStrictEqual(sortSets(before.sets), sortSets(sets));
  const steady = ports.added.length === 0 && ports.removed.length === 0;
  const work =
    reasons.length > 0 && before.number + sets.length > 0 ? "programs" : same && steady ? "nothing" : "data";
  return {
    running: running ? running.number : null,
    next: running ? running.number + 1 : null,
    work,
    reasons: [...new Set(reasons)],
    programs: (["xdp", "tc-ingress", "tc-egress"] as const).flatMap((hook) => [
      ...counted(
        (work === "programs" ? fresh : kept).filter((s) => s.hook === hook).map((s) => s.module || "(pass)"),
        hook,
      ),
      ...counted(
        groups.filter((g) => g.hook === hook).map(() => "entry"),
        hook,
      ),
    ]),
    modules,
    ports: [
      ...ports.added.map(({ target: t }) => ({
        hook: t.hook,
        interface: textOf(t),
        change: "attach" as const,
      })),
      ...ports.kept.map((p) => ({ hook: p.hook, interface: textOf(p), change: "keep" as const })),
      ...ports.removed.map((p) => ({ hook: p.hook, interface: textOf(p), change: "detach" as const })),
    ],
    limits: [
      { what: "policies", used: compiled.length, limit: LIMITS.policies },
      { what: "step programs", used: Math.max(...perHook(fresh), 0), limit: LIMITS.steps },
      {
        what: "steps of the longest chain",
        used: Math.max(0, ...compiled.map((c) => c.sequence.length)),
        limit: LIMITS.chainSteps,
      },
      {
        what: "tables on an interface",
        used: Math.max(0, ...entries.map((e) => e.tables)),
        limit: LIMITS.tables,
      },
      {
        what: "selectors on an interface",
        used: Math.max(0, ...entries.map((e) => e.selectors)),
        limit: LIMITS.selectors,
      },
      { what: "interfaces and hooks", used: ports.added.length + ports.kept.length, limit: LIMITS.ports },
    ],
    costs: costsOf(entries, compiled, catalog, unseen),
    unseen,
  };
}

const sortSets = (sets: readonly PolicySet[]): PolicySet[] =>
  [...sets].sort((a, b) => (a.name < b.name ? -1 : 1));

const perHook = (steps: GenerationManifest["steps"]): number[] =>
  (["xdp", "tc-ingress", "tc-egress"] as const).map((hook) => steps.filter((s) => s.hook === hook).length);

function interfacesOf(sets: readonly PolicySet[], unseen: string[]): PortTarget[] {
  return sets
    .flatMap((set) => {
      try {
        return resolvePorts([set], [set.name]);
      } catch (error) {
        const why = error instanceof EmptcpError ? error.message : String((error as Error).message);
        unseen.push(`interfaces of ${set.name}: ${why}`);
        return [];
      }
    })
    .reduce<PortTarget[]>((all, target) => {
      const at = all.findIndex((t) => t.hook === target.hook && textOf(t) === textOf(target));
      const other = all[at];
      if (!other) return [...all, target];
      all[at] = { ...other, sets: [...new Set([...other.sets, ...target.sets])].sort() };
      return all;
    }, []);
}

function newSteps(kept: GenerationManifest["steps"], before: GenerationManifest): string[] {
  const added = kept.filter((s) => !before.steps.some((b) => b.hook === s.hook && b.ending === s.ending));
  const names = [...new Set(added.map((s) => s.module || "(pass)"))];
  return before.number > 0 && names.length > 0
    ? [`no program of this place in a chain is loaded: ${names.join(", ")}`]
    : [];
}

function newTables(
  shapes: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
  before: GenerationManifest,
): string[] {
  return [...shapes].flatMap(([key, own]) => {
    const there = new Set(
      before.tables.filter((t) => `${t.hook} ${t.set}` === key).map((t) => shapeKey(t.shape)),
    );
    const [hook = "", set = ""] = key.split(" ");
    return [...own.keys()].every((shape) => there.has(shape))
      ? []
      : [`${set} matches by keys of a new shape on ${hook}`];
  });
}

function costsOf(
  entries: readonly EntryWork[],
  compiled: readonly CompiledPolicy[],
  catalog: ModuleCatalog,
  unseen: string[],
): CostForecast[] {
  try {
    return costForecasts(entries, compiled, new Costs(new Objects(catalog)));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    unseen.push(`cost: ${error.message}`);
    return [];
  }
}
