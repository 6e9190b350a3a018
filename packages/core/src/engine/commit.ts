import { rcuGracePeriod } from "../libbpf/index.js";
import { fail } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { PolicySet } from "../policy/types.js";
import { assignPorts } from "./assign-ports.js";
import { nextInstrument } from "./instrument-maps.js";
import type { Instrument } from "./instrument.js";
import { buildPrograms } from "./build-programs.js";
import { compilePolicies, type CompiledPolicy } from "./compile-policies.js";
import type { CoreMaps } from "./core-maps.js";
import { writeManifest } from "./generation-store.js";
import { resolvePorts } from "./interfaces.js";
import { LIMITS, POLICY_SIZE, RULE, type PacketHook } from "./layout.js";
import type { GenerationManifest, LiteralRecord, PolicyRecord, PortRecord } from "./manifest.js";
import { ModuleMaps } from "./module-maps.js";
import { moduleRecords } from "./module-records.js";
import type { Objects } from "./objects.js";
import type { PinDir } from "./pin-dir.js";
import { PolicyPlacer, type NotCarried } from "./place-policies.js";
import { parameterInterfaces } from "./param-interfaces.js";
import { planGroups } from "./plan-groups.js";
import { attachPort, detachPort, isAttached, passPorts } from "./ports.js";
import { connectPorts } from "./program-set.js";
import { recover } from "./recover.js";
import { releaseRows } from "./release-rows.js";
import { RuleWriter } from "./rule-writer.js";
import { SetModules } from "./set-modules.js";
import type { Shape } from "./shapes.js";
import { releaseForgotten, sweepPins, sweepRules } from "./sweep.js";
import { Tables } from "./tables.js";
import { zeroNewTimes } from "./times.js";

export interface CommitOptions {
  /** Replace foreign XDP programs. */
  readonly force?: boolean;
  /** The policy sets whose interfaces must be there; those of the others may be gone. */
  readonly strict?: readonly string[];
  /** How to attach on TC (for tests; default: tcx where the kernel has it). */
  readonly tc?: "tcx" | "clsact";
  /** Build all programs anew. */
  readonly rebuild?: boolean;
  /** Count programs that meet a packet of another generation (a check for tests; costs time). */
  readonly stamp?: boolean;
  /** Instruments to switch on or off; the others stay as they are. */
  readonly instrument?: Partial<Instrument>;
  /** Switches the messages of modules (`emptcp_log()`) on or off. */
  readonly log?: boolean;
  /** Tables to have although no rule is in them yet. */
  readonly require?: readonly TableNeed[];
  readonly onProgress?: (step: string, done: number, total: number) => void;
  /** Is told what could not be done for rules of a policy that is new on a hook. */
  readonly onNotCarried?: (lost: readonly NotCarried[]) => void;
  /** Called with the new generation when it is ready, right before the switch. */
  readonly beforeSwitch?: (after: GenerationManifest) => void;
  /** Called before each step that changes something; for tests that interrupt a commit. */
  readonly onStep?: (step: string) => void;
}

/** A table that is about to be filled. */
export interface TableNeed {
  readonly set: string;
  readonly hook: PacketHook;
  readonly shape: Shape;
  readonly capacity: number;
}

/** What a commit works on. The caller holds the writer lock. */
export interface CommitContext {
  readonly pins: PinDir;
  readonly maps: CoreMaps;
  readonly catalog: ModuleCatalog;
  readonly objects: Objects;
  readonly core: { readonly version: string; readonly abi: number };
  /** Is told of every generation that runs since. */
  readonly onCommit?: (after: GenerationManifest) => void;
}

/**
 * Makes `sets` the policy sets that run: everything new is built beside what runs, one write of the active
 * cell switches, and after a grace period what is no longer used goes. A failure leaves the old state.
 */
export function commit(
  context: CommitContext,
  before: GenerationManifest,
  sets: readonly PolicySet[],
  options: CommitOptions = {},
): GenerationManifest {
  const tables = new Tables(context.pins, context.maps.allocator, before.tables);
  const moduleMaps = new ModuleMaps(context.pins, context.catalog, before.modules);
  const attached: PortRecord[] = [];
  context.maps.allocator.dirty = true;
  try {
    const after = build(context, before, sets, tables, moduleMaps, attached, options);
    options.onStep?.("prepare");
    options.beforeSwitch?.(after);
    options.onStep?.("switch");
    switchTo(context, before, after);
    context.onCommit?.(after);
    options.onStep?.("clean");
    clean(context, tables, before, after);
    return after;
  } catch (error) {
    if (context.maps.active.read().generation === before.number) {
      for (const port of attached) detachPort(context.pins, port);
      recover(context.maps, context.pins, before);
    }
    throw error;
  } finally {
    tables.close();
    moduleMaps.close();
  }
}

/** Everything up to the switch. */
function build(
  context: CommitContext,
  before: GenerationManifest,
  sets: readonly PolicySet[],
  tables: Tables,
  moduleMaps: ModuleMaps,
  attached: PortRecord[],
  options: CommitOptions,
): GenerationManifest {
  const { pins, maps, catalog } = context;
  const step = options.onStep ?? (() => undefined);
  const strict = options.strict ?? [];
  step("compile");
  const targets = resolvePorts(sets, strict);
  const compiled = compilePolicies(sets, catalog, (set) =>
    parameterInterfaces(set, targets, strict.includes(set.name)),
  );
  const ports = assignPorts(before.ports, targets, (p) => isAttached(pins, p));
  step("place");
  const writer = new RuleWriter(maps, tables, knownNegations(before, compiled));
  const placer = new PolicyPlacer(maps, writer, modulesOf(sets, catalog), before);
  const placed = compiled.map((c, i) => placer.place(c, i + 1));
  options.onNotCarried?.(placer.notCarried);
  const { literals, negs } = liveNegations(writer, placed);
  forgetUnused(tables, placed, literals, options.require ?? []);
  const groups = planGroups(catalog, before, tables, ports);
  step("programs");
  const moved = ports.kept.some((p) => `${before.ports.find((b) => b.id === p.id)?.sets}` !== `${p.sets}`);
  const instrument = nextInstrument(pins, before.instrument, {
    ...options.instrument,
    ...(options.log !== undefined && { log: options.log }),
  });
  zeroNewTimes(pins, before.policies, placed, instrument.profile);
  const programs = buildPrograms(context, before, tables, moduleMaps, compiled, groups, moved, {
    ...options,
    instrument,
  });
  const policies = placed.map((p, i) => ({ ...p, first: programs.first[i] ?? 0 }));
  step("attach");
  const force = options.force ?? false;
  for (const { id, target } of ports.added) {
    attached.push(attachPort({ ...context, activeSlot: before.slot, force, tc: options.tc }, target, id));
  }
  const allPorts = [...ports.kept, ...attached].sort((a, b) => a.id - b.id);
  step("connect");
  connectPorts(context, pins, programs.slot, groups, allPorts);
  if (programs.slot !== before.slot) passPorts(context, ports.removed, programs.slot);
  const after: GenerationManifest = {
    schema: 1,
    number: before.number + 1,
    createdAt: new Date().toISOString(),
    core: context.core.version,
    abi: context.core.abi,
    slot: programs.slot,
    bank: 1 - before.bank,
    instrument,
    signature: programs.signature,
    sets,
    modules: moduleRecords(catalog, policies, groups),
    emitters: programs.emitters,
    ports: allPorts,
    groups,
    tables: [...tables.records],
    steps: programs.steps,
    policies,
    literals,
    negs,
  };
  step("bank");
  writeBank(maps, after);
  step("manifest");
  writeManifest(pins, after);
  return after;
}

/** The modules of each set by its name. */
function modulesOf(sets: readonly PolicySet[], catalog: ModuleCatalog): (set: string) => SetModules {
  const known = new Map(sets.map((s) => [s.name, SetModules.of(s, catalog)]));
  return (set) => known.get(set) ?? new SetModules(catalog);
}

function knownNegations(
  before: GenerationManifest,
  compiled: readonly CompiledPolicy[],
): Pick<GenerationManifest, "literals" | "negs"> {
  const sets = new Set(compiled.map((c) => c.set));
  return {
    literals: before.literals.filter((l) => sets.has(l.set)),
    negs: before.negs.filter((n) => sets.has(n.set)),
  };
}

/** Negations that policies refer to which will run, and the literals of those. */
function liveNegations(
  { literals, negs }: RuleWriter,
  policies: readonly PolicyRecord[],
): Pick<GenerationManifest, "literals" | "negs"> {
  const indices = new Set(policies.map((p) => p.index));
  const live = negs
    .map((n) => ({ ...n, policies: n.policies.filter((p) => indices.has(p)) }))
    .filter((n) => n.policies.length > 0);
  const used = new Set(live.flatMap((n) => n.literals));
  return { literals: literals.filter((l) => used.has(l.id)), negs: live };
}

/** Leaves out the tables that hold no entry of a policy that will run. */
function forgetUnused(
  tables: Tables,
  policies: readonly PolicyRecord[],
  literals: readonly LiteralRecord[],
  required: readonly TableNeed[],
): void {
  const needed = new Set(
    required.map(
      ({ set, hook, shape, capacity }) =>
        (tables.layers(set, hook, shape)[0] ?? tables.create(set, hook, shape, capacity)).id,
    ),
  );
  const live = new Map<string, Set<number>>();
  for (const p of policies) {
    const key = `${p.hook} ${p.set}`;
    live.set(key, (live.get(key) ?? new Set<number>()).add(p.index));
  }
  const literalIds = new Set(literals.map((l) => l.id));
  for (const { id, hook, set, shape } of [...tables.records]) {
    if (needed.has(id)) continue;
    const ids = shape.negative ? literalIds : live.get(`${hook} ${set}`);
    if (!ids || !hasLive(tables, id, ids)) tables.forget(id);
  }
}

/** True when an entry begins with one of these ids: the policy of a rule, the literal of a negative. */
function hasLive(tables: Tables, id: number, live: ReadonlySet<number>): boolean {
  for (const [, value] of tables.map(id).entries())
    if (live.has(value.readUInt32LE(RULE.policy))) return true;
  return false;
}

/** Fills the bank that no packet reads yet. */
function writeBank(maps: CoreMaps, manifest: GenerationManifest): void {
  const size = LIMITS.policies * POLICY_SIZE;
  const bank = new Uint32Array(maps.memory("emptcp_policies"), manifest.bank * size, size / 4);
  bank.fill(0);
  for (const p of manifest.policies) {
    bank.set([p.row, p.first, p.rank, p.flags], (p.index * POLICY_SIZE) / 4);
  }
}

/** The commit: one write. */
function switchTo(context: CommitContext, before: GenerationManifest, after: GenerationManifest): void {
  const { active } = context.maps;
  for (;;) {
    const from = active.read();
    const to = { ...from, slot: after.slot, bank: after.bank, generation: after.number };
    if (from.generation !== before.number) {
      fail("ERR_EMPTCP_CONFLICT", { expected: before.number, actual: from.generation });
    }
    // Who switches the bypass does not wait for the lock.
    if (active.compareAndSwap(from, to)) return;
  }
}

/** Removes what the new generation does not use, once no packet can be in the old one. */
function clean(
  context: CommitContext,
  tables: Tables,
  before: GenerationManifest,
  after: GenerationManifest,
): void {
  const { maps, pins } = context;
  const ports = new Set(after.ports.map((p) => p.id));
  for (const port of before.ports) if (!ports.has(port.id)) detachPort(pins, port);
  rcuGracePeriod();
  const kept = new Set(after.policies.map((p) => p.index));
  sweepRules(
    maps,
    tables,
    after,
    before.policies.filter((p) => !kept.has(p.index)),
  );
  releaseForgotten(maps, tables, before, after);
  releaseRows(maps, before, after);
  sweepPins(maps, pins, tables, after);
  maps.allocator.dirty = false;
}
