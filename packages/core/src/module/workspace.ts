import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The patterns under `packages:` of a pnpm-workspace.yaml; the file is ours to read, not to interpret fully. */
function pnpmPatterns(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^packages:\s*(#.*)?$/.test(line));
  const patterns: string[] = [];
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    const item = /^\s*-\s*["']?([^"'#\s]+)["']?\s*(?:#.*)?$/.exec(line);
    if (item?.[1] !== undefined) patterns.push(item[1]);
    else if (/^\S/.test(line)) break;
  }
  return patterns;
}

function npmPatterns(text: string): string[] {
  const { workspaces } = JSON.parse(text) as { workspaces?: unknown };
  const list = (workspaces as { packages?: unknown } | undefined)?.packages ?? workspaces;
  return Array.isArray(list) ? list.filter((p): p is string => typeof p === "string") : [];
}

function directoriesOf(root: string, pattern: string): string[] {
  if (pattern.startsWith("!") || pattern.split("/").includes("..")) return [];
  const parts = pattern.replace(/^\.\//, "").replace(/\/+$/, "").split("/");
  return parts.reduce<string[]>(
    (dirs, part) =>
      dirs.flatMap((dir) => {
        if (!part.includes("*")) return [join(dir, part)];
        const expression = new RegExp(`^${part.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*")}$`);
        try {
          return readdirSync(dir, { withFileTypes: true })
            .filter((e) => e.isDirectory() && e.name !== "node_modules" && expression.test(e.name))
            .map((e) => join(dir, e.name));
        } catch {
          return [];
        }
      }),
    [root],
  );
}

/** Directories of the packages of the workspace whose root this is; none when it is no workspace root. */
export function workspacePackages(root: string): string[] {
  const pnpm = join(root, "pnpm-workspace.yaml");
  const npm = join(root, "package.json");
  try {
    if (existsSync(pnpm)) {
      return pnpmPatterns(readFileSync(pnpm, "utf8")).flatMap((p) => directoriesOf(root, p));
    }
    return existsSync(npm)
      ? npmPatterns(readFileSync(npm, "utf8")).flatMap((p) => directoriesOf(root, p))
      : [];
  } catch {
    return [];
  }
}
