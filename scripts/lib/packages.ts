import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** What the scripts read of a package.json. */
export interface PackageJson {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly keywords?: readonly string[];
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly emptcp?: { readonly manifest?: string };
}

/** One directory below packages/. */
export interface WorkspacePackage {
  /** Name of the directory, e.g. `actor-pass`. */
  readonly dir: string;
  /** Absolute path of the directory. */
  readonly path: string;
  readonly json: PackageJson;
}

/** Root of the repository. */
export const root = resolve(import.meta.dirname, "../..");

/** Whether a directory below packages/ holds a module, by its name. */
export const isModule = (dir: string): boolean => /^(actor|selector)-/.test(dir);

/** All packages of the workspace, core first, then by name: the order in which they are built. */
export function workspacePackages(base: string = root): WorkspacePackage[] {
  const parent = join(base, "packages");
  const order = (dir: string): string => (dir === "core" ? "0" : dir === "testing" ? "1" : `2${dir}`);
  return readdirSync(parent)
    .filter((dir) => existsSync(join(parent, dir, "package.json")))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((dir) => {
      const path = join(parent, dir);
      return { dir, path, json: JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as PackageJson };
    });
}
