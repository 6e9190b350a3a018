import { fail } from "../errors.js";
import { bootTimeNs } from "../libbpf/index.js";
import { encodeParams } from "../params/encode.js";
import type { EncodeEnv } from "../params/types.js";
import type { Condition, Params, Policy, Step } from "../policy/types.js";
import type { CoreMaps } from "./core-maps.js";
import { ROW_CLASS_SHIFT } from "./layout.js";
import type { PolicyRecord } from "./manifest.js";
import type { SetModules } from "./set-modules.js";
import { writeNewRow } from "./place-policies.js";
import { readRow } from "./rule-carry.js";

const INDEX_MASK = 0x3fffffff;
const OVERRIDDEN = 12;

/** A rule as it is given: when it matches, and what is different for it. */
export interface RuleInput {
  readonly when: Condition;
  /** Parameters of steps that differ from the policy's: steps, or parameters by module name. */
  readonly params?: readonly Step[] | Readonly<Record<string, Params>>;
  /** Seconds until it stops matching. */
  readonly ttl?: number;
}

/** Parameters by module name. */
export function overridesOf(params: RuleInput["params"]): [string, Params][] {
  if (params === undefined) return [];
  if (Array.isArray(params)) return (params as readonly Step[]).map((s) => [s.module, s.params]);
  return Object.entries(params as Readonly<Record<string, Params>>);
}

/** True when the rule needs a row of its own. */
export function hasOwnParams(rule: RuleInput): boolean {
  return overridesOf(rule.params).length > 0;
}

/**
 * Writes a row with the policy's parameters except those that the rule gives.
 *
 * @returns its index in the policy's row class; 0 when the rule has no parameters of its own
 * @throws ERR_EMPTCP_UNKNOWN_MODULE for a step that the chain does not have; what encodeParams throws
 */
export function writeRuleRow(
  maps: CoreMaps,
  modules: SetModules,
  env: EncodeEnv,
  record: PolicyRecord,
  policy: Policy,
  rule: RuleInput,
): number {
  const own = overridesOf(rule.params);
  if (own.length === 0) return 0;
  const rowClass = record.row >>> ROW_CLASS_SHIFT;
  const row = readRow(maps, rowClass, record.row & INDEX_MASK);
  let changed = 0;
  for (const [module, params] of own) {
    const manifest = modules.get(module)?.manifest;
    const at = record.steps.findIndex((s) => s.package === manifest?.name);
    const step = record.steps[at];
    if (!step || !manifest) {
      return fail("ERR_EMPTCP_UNKNOWN_MODULE", {
        module,
        where: ` in the chain of policy "${record.name}"`,
      });
    }
    const base = policy.chain[at]?.params ?? {};
    row.set(encodeParams(manifest, { ...base, ...params }, env), step.offset);
    changed |= 1 << at;
  }
  row.writeUInt32LE(changed >>> 0, OVERRIDDEN);
  return writeNewRow(maps, rowClass, row) & INDEX_MASK;
}

/** When the rule stops matching, ns of CLOCK_BOOTTIME; 0: never. */
export function expiryOf(rule: RuleInput): bigint {
  return rule.ttl === undefined ? 0n : bootTimeNs() + BigInt(Math.round(rule.ttl * 1e9));
}
