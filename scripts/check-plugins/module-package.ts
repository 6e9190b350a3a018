import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readDefinition, type Definition } from "./definition.js";
import type { PackageJson } from "../lib/packages.js";

/** Something wrong with a module package: in which file, what, and what to do. */
export interface Finding {
  /** Relative to the package; empty for the package itself. */
  readonly file: string;
  /** What is wrong, then after a colon what to do. */
  readonly text: string;
}

/** A module package as the rules see it: read once, before any rule runs. */
export interface ModulePackage {
  /** Name of the directory, `actor-set-window`. */
  readonly dir: string;
  readonly path: string;
  /** `actor` or `selector`. */
  readonly kind: string;
  /** `set-window`. */
  readonly module: string;
  /** `set_window`. */
  readonly symbol: string;
  /** `setWindow`. */
  readonly exported: string;
  /** Its files without what tools make, sorted. */
  readonly files: readonly string[];
  readonly json: PackageJson;
  /** The definition in src/index.ts; undefined when there is none. */
  readonly definition: Definition | undefined;
  /** The text of a file of the package, empty when it is not there. */
  readonly text: (file: string) => string;
  /** Version of the core that the package stands beside. */
  readonly coreVersion: string;
}

/** A rule looks at one package and says everything that is wrong at once. */
export type Rule = (pkg: ModulePackage) => Finding[];

const MADE_BY_TOOLS = /^(node_modules|dist|\.cache)\/|^CHANGELOG\.md$|^compile_flags\.txt$|\.tsbuildinfo$/;

/** Reads a module package; what is missing or unreadable shows up empty and is left to the rules. */
export function readModulePackage(path: string, coreVersion: string): ModulePackage {
  const dir = path.split("/").at(-1) ?? "";
  const [, kind = "", module = ""] = /^(actor|selector)-(.+)$/.exec(dir) ?? [];
  const text = (file: string): string =>
    existsSync(join(path, file)) ? readFileSync(join(path, file), "utf8") : "";
  return {
    dir,
    path,
    kind,
    module,
    symbol: module.replaceAll("-", "_"),
    exported: module.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    files: listFiles(path),
    json: parseJson(text("package.json")),
    definition: readDefinition(text("src/index.ts")),
    text,
    coreVersion,
  };
}

function listFiles(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .filter((file) => !MADE_BY_TOOLS.test(file))
    .sort();
}

function parseJson(text: string): PackageJson {
  try {
    return JSON.parse(text) as PackageJson;
  } catch {
    return { name: "" };
  }
}
