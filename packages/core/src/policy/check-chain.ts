import { problem, type Problem } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { Manifest } from "../module/types.js";
import { parseParams } from "../params/check.js";
import { listNames, suggest } from "../text.js";
import type { CheckEnv } from "./check-types.js";
import { FIELD_LIMIT, ROW_LIMIT } from "./limits.js";
import type { Policy } from "./types.js";

function providersOf(field: string, catalog: ModuleCatalog): string {
  const names = catalog
    .list()
    .filter((m) => m.manifest.fields.provides.some((f) => f.name === field))
    .map((m) => m.manifest.module);
  return names.length === 0 ? "no installed module does" : listNames(names, "or");
}

/** Fields that are read before any earlier step has written them, and more fields than fit. */
function fieldProblems(
  policy: Policy,
  manifests: readonly (Manifest | undefined)[],
  catalog: ModuleCatalog,
  path: string,
): Problem[] {
  const problems: Problem[] = [];
  const written = new Map<string, number>();
  manifests.forEach((manifest, i) => {
    for (const { name, size } of manifest?.fields.requires ?? []) {
      const at = `${path}.chain[${i}]`;
      const known = written.get(name);
      if (known === size || !manifest) continue;
      const field = known === undefined ? name : `${name} (${size} bytes, ${known} were written)`;
      const values = { module: manifest.module, field, providers: providersOf(name, catalog) };
      problems.push(problem("ERR_EMPTCP_FIELD_ORDER", at, values));
    }
    for (const { name, size } of manifest?.fields.provides ?? []) written.set(name, size);
  });
  const size = [...written.values()].reduce((sum, n) => sum + n, 0);
  if (size > FIELD_LIMIT) {
    const values = { policy: policy.name, size, limit: FIELD_LIMIT, fields: [...written.keys()] };
    problems.push(problem("ERR_EMPTCP_FIELD_SPACE", `${path}.chain`, values));
  }
  return problems;
}

function interfaceProblems(
  manifest: Manifest,
  values: ReadonlyMap<string, unknown>,
  env: CheckEnv,
  path: string,
): Problem[] {
  const known = env.interfaces?.map((i) => i.name) ?? [];
  return manifest.params.flatMap((param) => {
    const name = values.get(param.name);
    if (param.kind !== "iface" || typeof name !== "string" || !env.ifindex || env.ifindex(name) !== undefined)
      return [];
    const at = `${path}.${param.name}`;
    return [
      problem("ERR_EMPTCP_UNKNOWN_INTERFACE", at, { interface: name, suggestion: suggest(name, known) }),
    ];
  });
}

/** What is wrong with a chain whose modules exist: parameters, fields, size. */
export function chainProblems(
  policy: Policy,
  catalog: ModuleCatalog,
  env: CheckEnv,
  path: string,
): Problem[] {
  const manifests = policy.chain.map((step) => {
    const manifest = catalog.get(step.module)?.manifest;
    return manifest?.kind === "actor" ? manifest : undefined;
  });
  const problems = policy.chain.flatMap((step, i) => {
    const manifest = manifests[i];
    if (!manifest) return [];
    const at = `${path}.chain[${i}].${step.module}`;
    const { values, problems: wrong } = parseParams(manifest, step.params);
    return [
      ...wrong.map((p) => ({ ...p, path: `${at}.${p.path}` })),
      ...interfaceProblems(manifest, values, env, at),
    ];
  });
  const size = manifests.reduce((sum, m) => sum + Math.ceil((m?.paramsSize ?? 0) / 8) * 8, 0);
  if (size > ROW_LIMIT) {
    problems.push(problem("ERR_EMPTCP_CHAIN_PARAMS", `${path}.chain`, { policy: policy.name, size }));
  }
  return [...problems, ...fieldProblems(policy, manifests, catalog, path)];
}
