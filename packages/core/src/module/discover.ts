import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { problem, problemOf, type Problem } from "../errors.js";
import { ModuleCatalog, type CatalogEntry } from "./catalog.js";
import { parseManifest } from "./manifest.js";
import type { InstalledModule } from "./types.js";
import { workspacePackages } from "./workspace.js";

const MANIFEST = "dist/manifest.json";

export interface DiscoverOptions {
  /** Directories to look from, or module packages themselves (default: the working directory). */
  readonly from?: readonly string[];
  /** Modules already at hand; they come before all others. */
  readonly extra?: readonly InstalledModule[];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Reads a module from a package directory; undefined when the package is something else. Runs no code of it. */
export function readModulePackage(dir: string): InstalledModule | undefined {
  const path = join(dir, "package.json");
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  // Most packages are none of ours: this spares parsing them.
  if (!text.includes('"emptcp"')) return undefined;
  const { emptcp, name, version } = JSON.parse(text) as Record<string, unknown>;
  if (typeof emptcp !== "object" || emptcp === null) return undefined;
  const where = join(dir, MANIFEST);
  const given = (emptcp as Record<string, unknown>)["manifest"];
  if (given !== `./${MANIFEST}` && given !== MANIFEST) {
    throw new TypeError(
      `package.json names ${JSON.stringify(given)} as its manifest, it must be "./${MANIFEST}"`,
    );
  }
  const manifest = parseManifest(readJson(where), where);
  if (manifest.name !== name || manifest.version !== version) {
    throw new TypeError(
      `it is for ${manifest.name} ${manifest.version}, package.json says ${String(name)} ${String(version)}`,
    );
  }
  return { manifest, dir };
}

/** Package directories in a node_modules directory, scoped ones included. */
function packagesIn(nodeModules: string): string[] {
  const names = (dir: string): string[] => {
    try {
      return readdirSync(dir).filter((name) => !name.startsWith("."));
    } catch {
      return [];
    }
  };
  return names(nodeModules).flatMap((name) =>
    name.startsWith("@")
      ? names(join(nodeModules, name)).map((inner) => join(nodeModules, name, inner))
      : [join(nodeModules, name)],
  );
}

/** Directories that may hold packages of modules, nearest first. */
function placesAbove(start: string): string[][] {
  const places: string[][] = [];
  for (let dir = resolve(start); ; dir = dirname(dir)) {
    places.push([dir, ...workspacePackages(dir)], packagesIn(join(dir, "node_modules")));
    if (dirname(dir) === dir) return places;
  }
}

/**
 * Finds the modules that are installed: in the directories given, in the workspaces they belong to, and in
 * every node_modules from there upwards. Reads package.json and manifest only. A package that cannot be used
 * becomes one of the catalog's problems.
 */
export function discoverModules(options: DiscoverOptions = {}): ModuleCatalog {
  const entries: CatalogEntry[] = (options.extra ?? []).map((installed) => ({ installed, distance: -1 }));
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const start of options.from ?? [process.cwd()]) {
    placesAbove(start).forEach((dirs, distance) => {
      for (const dir of dirs) {
        try {
          const real = realpathSync(dir);
          if (seen.has(real)) continue;
          seen.add(real);
          const installed = readModulePackage(real);
          if (installed) entries.push({ installed, distance });
        } catch (error) {
          problems.push(...unusable(error, dir));
        }
      }
    });
  }
  return new ModuleCatalog(entries, problems);
}

function unusable(error: unknown, dir: string): Problem[] {
  try {
    return problemOf(error, dir);
  } catch {
    const reason = error instanceof Error ? error.message : String(error);
    return [problem("ERR_EMPTCP_MANIFEST", dir, { path: join(dir, MANIFEST), reason })];
  }
}
