import { createHash } from "node:crypto";
import { fail } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { encodeParams } from "../params/encode.js";
import type { EncodeEnv } from "../params/types.js";
import type { Policy, PolicySet } from "../policy/types.js";
import { FLAG_CONTINUE, FLAG_ONERROR_DROP, HOOKS, ROW_HEADER, type PacketHook } from "./layout.js";
import { SetModules } from "./set-modules.js";
import { EMPTY_STEP, layoutRow, type RowLayout, type SequenceStep } from "./sequences.js";

/** A policy on one hook, with everything that follows from its text and its modules alone. */
export interface CompiledPolicy {
  readonly set: string;
  readonly hook: PacketHook;
  readonly policy: Policy;
  readonly sequence: readonly SequenceStep[];
  readonly layout: RowLayout & { readonly rowClass: number };
  readonly flags: number;
  /** The row's bytes after its header. */
  readonly params: Buffer;
  readonly whenKey: string;
  readonly layoutKey: string;
}

const digest = (text: string | Buffer): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);

/**
 * Compiles every policy of every set for each hook that the set is attached to.
 *
 * @param ifindexFor finds the interfaces that parameters of a set name
 */
export function compilePolicies(
  sets: readonly PolicySet[],
  catalog: ModuleCatalog,
  ifindexFor: (set: PolicySet) => NonNullable<EncodeEnv["ifindex"]>,
): CompiledPolicy[] {
  const compiled: CompiledPolicy[] = [];
  for (const set of sets) {
    const modules = SetModules.of(set, catalog);
    const env = { ifindex: ifindexFor(set) };
    for (const hook of HOOKS) {
      if (set.attach[hook] === undefined) continue;
      for (const policy of set.policies) compiled.push(compilePolicy(set, hook, policy, modules, env));
    }
  }
  return compiled.sort(byRank);
}

function byRank(a: CompiledPolicy, b: CompiledPolicy): number {
  const priority = (b.policy.priority ?? 0) - (a.policy.priority ?? 0);
  if (priority !== 0) return priority;
  return (
    Buffer.compare(Buffer.from(a.set), Buffer.from(b.set)) ||
    Buffer.compare(Buffer.from(a.policy.name), Buffer.from(b.policy.name))
  );
}

function compilePolicy(
  set: PolicySet,
  hook: PacketHook,
  policy: Policy,
  modules: SetModules,
  env: EncodeEnv,
): CompiledPolicy {
  const manifests = policy.chain.map((step) => {
    const installed = modules.get(step.module);
    return installed?.manifest ?? fail("ERR_EMPTCP_UNKNOWN_MODULE", { module: step.module });
  });
  const steps = manifests.map((m) => ({ module: m.module, package: m.name, paramsSize: m.paramsSize }));
  const sequence = steps.length > 0 ? steps : [EMPTY_STEP];
  const layout = layoutRow(sequence);
  const { rowClass } = layout;
  if (rowClass === undefined) {
    return fail("ERR_EMPTCP_CHAIN_PARAMS", { set: set.name, policy: policy.name, size: layout.size });
  }
  const params = Buffer.alloc(layout.size - ROW_HEADER);
  policy.chain.forEach((step, i) => {
    const manifest = manifests[i];
    if (!manifest) return;
    params.set(encodeParams(manifest, step.params, env), (layout.offsets[i] ?? 0) - ROW_HEADER);
  });
  const flags = (policy.onError === "drop" ? FLAG_ONERROR_DROP : 0) | (policy.continue ? FLAG_CONTINUE : 0);
  return {
    set: set.name,
    hook,
    policy,
    sequence,
    layout: { ...layout, rowClass },
    flags,
    params,
    whenKey: digest(JSON.stringify([policy.when, policy.capacity ?? 0, modules.selectors(policy.when)])),
    layoutKey: digest(JSON.stringify([sequence, rowClass, flags])),
  };
}

/** Digest of a row's contents. */
export function rowDigest(row: Buffer): string {
  return digest(row);
}

/** Encodes a row: header {policy, stats, flags, overridden steps}, then the parameters. */
export function encodeRow(
  compiled: Pick<CompiledPolicy, "flags" | "params">,
  size: number,
  policy: number,
  stats: number,
): Buffer {
  const row = Buffer.alloc(size);
  row.writeUInt32LE(policy, 0);
  row.writeUInt32LE(stats, 4);
  row.writeUInt32LE(compiled.flags, 8);
  compiled.params.copy(row, ROW_HEADER);
  return row;
}
