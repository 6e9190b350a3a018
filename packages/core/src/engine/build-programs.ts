import { createHash } from "node:crypto";
import type { CommitContext, CommitOptions } from "./commit.js";
import type { CompiledPolicy } from "./compile-policies.js";
import { asksForConnections, makeConnectionTables } from "./connections.js";
import { assignEmitters, type EmitterRecord } from "./emitters.js";
import { FieldOffsets } from "./field-offsets.js";
import { InstrumentMaps } from "./instrument-maps.js";
import type { Instrument } from "./instrument.js";
import { LIMITS, type PacketHook } from "./layout.js";
import type { GenerationManifest, GroupRecord } from "./manifest.js";
import type { ModuleMaps } from "./module-maps.js";
import { planSteps, type StepPlan } from "./plan-steps.js";
import { buildProgramSet } from "./program-set.js";
import type { StepInstance } from "./sequences.js";
import type { Tables } from "./tables.js";

export interface Programs extends StepPlan {
  readonly slot: number;
  readonly signature: string;
  /** Whose events may come, see GenerationManifest. */
  readonly emitters: readonly EmitterRecord[];
}

/**
 * Uses the program set that runs when it has all that is needed; builds another one beside it otherwise.
 *
 * @param moved a port changes its group: then the running set cannot serve both generations
 */
export function buildPrograms(
  context: CommitContext,
  before: GenerationManifest,
  tables: Tables,
  moduleMaps: ModuleMaps,
  compiled: readonly CompiledPolicy[],
  groups: readonly GroupRecord[],
  moved: boolean,
  options: CommitOptions & { readonly instrument: Instrument },
): Programs {
  const stamp = options.stamp ?? false;
  const { instrument } = options;
  using instruments = InstrumentMaps.open(context.pins, instrument);
  const chains = compiled.map((c) => c.sequence.map((s) => s.package));
  const used = new Set([...chains.flat(), ...groups.flatMap((g) => g.selectors)]);
  const emitters = assignEmitters(before.emitters, used, context.catalog);
  const fields = new FieldOffsets(chains, context.catalog, stamp);
  const numbers = [...used].sort().map((name) => [name, emitters.find((e) => e.package === name)?.number]);
  const marks = [stamp, instrument, instruments.ids(), fields, numbers];
  const reused = planSteps(compiled, before.steps);
  const signature = sign(context, groups, reused.steps, marks);
  if (before.number > 0 && !moved && !options.rebuild && signature === before.signature) {
    return { ...reused, slot: before.slot, signature, emitters };
  }
  const fresh = planSteps(compiled);
  const slot = before.number === 0 ? 0 : (before.slot + 1) % LIMITS.programSets;
  const steps = new Map<PacketHook, StepInstance[]>();
  for (const { hook, ...instance } of fresh.steps) {
    const list = steps.get(hook) ?? [];
    list.push(instance);
    steps.set(hook, list);
  }
  const learns = asksForConnections(context, groups, fresh.steps);
  if (learns) makeConnectionTables(context.maps, context.pins);
  const set = {
    ...context,
    moduleMaps,
    generation: before.number + 1,
    stamp,
    learns,
    instrument,
    instruments,
    emitters,
    fields,
  };
  const first = new Map<PacketHook, number[]>();
  compiled.forEach((c, i) => {
    const list = first.get(c.hook) ?? [];
    const start = fresh.first[i] ?? 0;
    if (!list.includes(start)) list.push(start);
    first.set(c.hook, list);
  });
  buildProgramSet(set, context.pins, tables, { slot, groups, steps, first }, (done, total) =>
    options.onProgress?.("load programs", done, total),
  );
  return { ...fresh, slot, signature: sign(context, groups, fresh.steps, marks), emitters };
}

/** Digest of everything that a program set depends on. */
function sign(
  context: CommitContext,
  groups: readonly GroupRecord[],
  steps: GenerationManifest["steps"],
  marks: readonly unknown[],
): string {
  const objects = new Set<string>();
  const learns = asksForConnections(context, groups, steps);
  for (const g of groups) {
    objects.add(context.objects.core("entry", g.hook).sha256);
    if (learns) objects.add(context.objects.core("learn", g.hook).sha256);
    for (const s of g.selectors) objects.add(context.objects.module(s, g.hook).sha256);
  }
  for (const s of steps) objects.add(context.objects.step(s.package, s.hook).sha256);
  const text = JSON.stringify([[...objects].sort(), groups, steps, ...marks]);
  return createHash("sha256").update(text).digest("hex");
}
