import { createHash } from "node:crypto";
import type { ModuleCatalog } from "../module/catalog.js";
import type { ManifestEvent } from "../module/types.js";

/** Former emitters that are remembered, so that records in the ring buffer find their descriptions. */
const REMEMBERED = 64;

/** A build of a module that runs or ran, by the number that its programs put into their records. */
export interface EmitterRecord {
  /** From 1; the same as long as the build is remembered. */
  readonly number: number;
  readonly module: string;
  readonly package: string;
  readonly version: string;
  /** Digest of the build: version, objects and events. */
  readonly key: string;
  readonly events: readonly ManifestEvent[];
}

/**
 * Numbers the builds of modules that will run: those known keep their numbers, others get the least free one.
 *
 * @param packages package names of all modules that will run
 * @returns those that will run, then those that ran, the latest first
 */
export function assignEmitters(
  before: readonly EmitterRecord[],
  packages: Iterable<string>,
  catalog: ModuleCatalog,
): EmitterRecord[] {
  const taken = new Set(before.map((e) => e.number));
  const live: EmitterRecord[] = [];
  for (const name of [...new Set(packages)].sort()) {
    const manifest = catalog.get(name)?.manifest;
    if (!manifest) continue;
    const { module, version, objects, events = [] } = manifest;
    const digest = createHash("sha256").update(JSON.stringify([name, version, objects, events]));
    const key = digest.digest("hex").slice(0, 16);
    const known = before.find((e) => e.key === key);
    if (known) {
      live.push(known);
      continue;
    }
    let number = 1;
    while (taken.has(number)) number++;
    taken.add(number);
    live.push({ number, module, package: name, version, key, events });
  }
  const gone = before.filter((e) => !live.includes(e)).slice(0, REMEMBERED);
  return [...live, ...gone];
}
