import { createHash } from "node:crypto";
import type { Policy, PolicySet } from "../../policy/types.js";
import type { ModuleRecord } from "../manifest.js";
import type { ModuleDigest, SetDifference } from "./entry.js";

const equal = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function byName(set: PolicySet | undefined): Map<string, Policy> {
  return new Map(set?.policies.map((p) => [p.name, p]));
}

function compare(before: PolicySet | undefined, after: PolicySet | undefined): SetDifference | undefined {
  const set = (after ?? before)?.name ?? "";
  if (!after) return { set, change: "removed" };
  const [old, now] = [byName(before), byName(after)];
  const added = [...now.keys()].filter((n) => !old.has(n));
  const removed = [...old.keys()].filter((n) => !now.has(n));
  const changed = [...now].filter(([n, p]) => old.has(n) && !equal(old.get(n), p)).map(([n]) => n);
  if (!before) return { set, change: "added", added };
  const attach = !equal([before.attach, before.modules], [after.attach, after.modules]);
  const difference = {
    ...(added.length > 0 && { added }),
    ...(changed.length > 0 && { changed }),
    ...(removed.length > 0 && { removed }),
    ...(attach && { attach: true as const }),
  };
  // The order of policies says nothing: priority and name decide.
  return Object.keys(difference).length === 0 ? undefined : { set, change: "changed", ...difference };
}

/** What changed between the policy sets of two generations, set by set. */
export function differencesOf(
  before: readonly PolicySet[],
  after: readonly PolicySet[],
): readonly SetDifference[] {
  if (before === after) return [];
  const [old, now] = [before, after].map((sets) => new Map(sets.map((s) => [s.name, s])));
  const names = [...new Set([...before, ...after].map((s) => s.name))].sort();
  return names.flatMap((name) => {
    const [a, b] = [old?.get(name), now?.get(name)];
    return (a === b ? undefined : compare(a, b)) ?? [];
  });
}

/** One digest over the objects of each module. */
export function digestsOf(modules: readonly ModuleRecord[]): ModuleDigest[] {
  return modules.map(({ package: name, version, objects }) => ({
    package: name,
    version,
    sha256: objectsDigest(objects),
  }));
}

/** @param objects sha256 by hook */
export function objectsDigest(objects: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(objects).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}
