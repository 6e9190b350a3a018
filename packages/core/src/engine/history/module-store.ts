import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ModuleCatalog } from "../../module/catalog.js";
import { parseManifest } from "../../module/manifest.js";
import type { InstalledModule } from "../../module/types.js";
import type { ModuleRecord } from "../manifest.js";
import { objectsDigest } from "./differences.js";
import type { ModuleDigest } from "./entry.js";
import { writeWhole } from "./files.js";
import { makePrivate } from "./state-dir.js";

const NAME = /^[0-9a-f]{64}$/;

/** Manifest and objects of the modules that generations ran: a package that is replaced can still be gone back to. */
export class ModuleStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = join(directory, "modules");
  }

  /** Keeps the modules of a generation, those that are not kept yet. @throws what writing throws */
  keep(catalog: ModuleCatalog, records: readonly ModuleRecord[]): void {
    for (const record of records) {
      const name = objectsDigest(record.objects);
      const installed = catalog.get(record.package);
      const target = join(this.#directory, name, "dist");
      if (!installed || existsSync(join(target, "manifest.json"))) continue;
      if (digestOf(installed) !== name) continue;
      makePrivate(target);
      for (const object of Object.values(installed.manifest.objects)) {
        writeWhole(join(target, object.file), readFileSync(join(installed.dir, "dist", object.file)));
      }
      // Last: a directory with a manifest is whole.
      writeWhole(join(target, "manifest.json"), Buffer.from(JSON.stringify(installed.manifest)));
    }
  }

  /** A module that was kept; undefined when it is not there or damaged. Its objects are checked when they are loaded. */
  find(digest: string): InstalledModule | undefined {
    if (!NAME.test(digest)) return undefined;
    const dir = join(this.#directory, digest);
    const path = join(dir, "dist", "manifest.json");
    try {
      const installed = { manifest: parseManifest(JSON.parse(readFileSync(path, "utf8")), path), dir };
      return digestOf(installed) === digest ? installed : undefined;
    } catch {
      return undefined;
    }
  }

  /** Removes the modules that nobody can go back to any more. */
  sweep(needed: ReadonlySet<string>): void {
    if (!existsSync(this.#directory)) return;
    for (const name of readdirSync(this.#directory)) {
      if (!needed.has(name)) rmSync(join(this.#directory, name), { recursive: true, force: true });
    }
  }
}

function digestOf({ manifest }: InstalledModule): string {
  const objects = Object.entries(manifest.objects).map(([hook, o]) => [hook, o.sha256] as const);
  return objectsDigest(Object.fromEntries(objects));
}

/** A module that is no longer the one that ran. */
export interface ModuleDrift {
  readonly package: string;
  readonly version: string;
  /** What is installed now; absent: nothing. */
  readonly installed?: string;
  /** The one that ran was kept. */
  readonly kept: boolean;
}

/**
 * The modules of an earlier generation: installed ones where they are the same, else those that were kept.
 *
 * @param store undefined: none are kept
 */
export function catalogOf(
  store: ModuleStore | undefined,
  wanted: readonly ModuleDigest[],
  installed: ModuleCatalog,
): { readonly catalog: ModuleCatalog; readonly drift: readonly ModuleDrift[] } {
  const drift: ModuleDrift[] = [];
  const chosen = new Map(installed.list().map((m) => [m.manifest.name, m]));
  for (const { package: name, version, sha256 } of wanted) {
    const now = chosen.get(name);
    if (now && digestOf(now) === sha256) continue;
    const kept = store?.find(sha256);
    if (kept) chosen.set(name, kept);
    drift.push({
      package: name,
      version,
      ...(now && { installed: now.manifest.version }),
      kept: kept !== undefined,
    });
  }
  if (!drift.some((d) => d.kept)) return { catalog: installed, drift };
  return { catalog: ModuleCatalog.of([...chosen.values()]), drift };
}
