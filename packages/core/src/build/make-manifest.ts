import { createHash } from "node:crypto";
import { throwProblems, problem, type Problem } from "../errors.js";
import type { ModuleDefinition } from "../module/define.js";
import type { Hook, Manifest, ManifestObject } from "../module/types.js";
import type { ParamDescriptor } from "../params/types.js";
import { placeKey } from "./compare-key.js";
import { placeParams } from "./compare-params.js";
import { missingPowers } from "./compare-powers.js";
import type { Definition } from "./definition.js";
import { describeObject } from "./describe.js";
import { helpersOf } from "./helpers.js";
import { eventDifferences, eventsOf } from "./module-events.js";
import { mapsOf } from "./module-maps.js";
import type { PackageInfo } from "./package-info.js";

const OLDEST_KERNEL = "6.1";

/** Objects of a module, by hook. */
export type Objects = ReadonlyMap<Hook, { readonly file: string; readonly bytes: Buffer }>;

function plain(params: ModuleDefinition["params"]): Record<string, ParamDescriptor> {
  return JSON.parse(JSON.stringify(params ?? {})) as Record<string, ParamDescriptor>;
}

/**
 * Turns schema, package.json and objects into the manifest.
 *
 * @throws ProblemsError with every difference between TypeScript and C at once
 */
export function makeManifest(
  info: PackageInfo,
  { kind, definition }: Definition,
  objects: Objects,
): Manifest {
  const differences = new Set<string>();
  const helpers = new Set<string>();
  const files: Partial<Record<Hook, ManifestObject>> = {};
  let parts: Pick<Manifest, "params" | "paramsSize" | "key" | "maps" | "events" | "abi"> | undefined;
  for (const [hook, { file, bytes }] of objects) {
    const object = describeObject(bytes, info.name);
    if (object.kind !== kind)
      differences.add(`kind: src/index.ts defines a ${kind}, the C source a ${object.kind}`);
    if (!object.btf.named(definition.symbol, "func")) {
      const macro = kind === "actor" ? "EMPTCP_ACTOR" : "EMPTCP_SELECTOR";
      differences.add(`symbol: the C source has no ${macro}(${definition.symbol}, …)`);
    }
    for (const helper of helpersOf(object.elf)) helpers.add(helper);
    const placed =
      kind === "actor"
        ? placeParams(plain(definition.params), object.params)
        : { params: [], differences: [] };
    const key = kind === "selector" ? placeKey(definition, object) : undefined;
    for (const text of [...placed.differences, ...(key?.differences ?? [])]) differences.add(text);
    const size = object.params?.size ?? 0;
    const events = eventsOf(object.elf, object.btf);
    for (const text of eventDifferences(events, parts?.events ?? events)) differences.add(text);
    parts = {
      params: placed.params,
      paramsSize: size,
      ...(key && { key: key.key }),
      maps: mapsOf(object.btf, definition),
      events,
      abi: object.abi,
    };
    files[hook] = { file, sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
  }
  const powers = kind === "actor" ? definition.powers : [];
  if (kind === "actor") for (const text of missingPowers([...helpers], powers)) differences.add(text);
  const problems = [...differences].map(
    (reason): Problem => problem("ERR_EMPTCP_BUILD", info.dir, { package: info.name, reason }),
  );
  throwProblems(problems, "ERR_EMPTCP_BUILD");
  const { module, symbol, description, hooks, fields, aliases = [] } = definition;
  const { refusals, refuses } = kind === "actor" ? definition : {};
  return {
    ...{
      schema: 1 as const,
      name: info.name,
      version: info.version,
      kind,
      module,
      symbol,
      ...(aliases.length > 0 && { aliases }),
      abi: parts?.abi ?? 0,
    },
    ...{ core: info.core, description, hooks, license: info.license },
    ...{
      params: parts?.params ?? [],
      paramsSize: parts?.paramsSize ?? 0,
      ...(parts?.key && { key: parts.key }),
    },
    maps: parts?.maps ?? [],
    events: parts?.events ?? [],
    fields: { provides: fields?.provides ?? [], requires: fields?.requires ?? [] },
    ...(refusals && { refusals }),
    ...(refuses && { refuses }),
    ...{ powers, helpers: [...helpers].sort(), kernel: definition.kernel ?? OLDEST_KERNEL, objects: files },
  };
}
