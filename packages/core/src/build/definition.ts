import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../errors.js";
import type { Actor, ActorDefinition, Selector, SelectorDefinition } from "../module/define.js";

/** What a package's src/index.ts defines. */
export type Definition =
  | { readonly kind: "actor"; readonly definition: ActorDefinition }
  | { readonly kind: "selector"; readonly definition: SelectorDefinition };

function isModule(value: unknown): value is Actor | Selector {
  const kind: unknown = typeof value === "function" ? (value as { kind?: unknown }).kind : undefined;
  return kind === "actor" || kind === "selector";
}

/**
 * Loads the author's own TypeScript: from its sources where the process can (tsx, vitest), else its bundle.
 * This happens on the author's machine only; whoever installs the package reads its manifest.
 *
 * @param bundled read the bundle in any case, even if this process has read an older one
 * @throws ERR_EMPTCP_BUILD when the package does not export exactly one actor or selector
 */
export async function loadDefinition(dir: string, name: string, bundled = false): Promise<Definition> {
  const sources = import.meta.url.endsWith(".ts") && !bundled;
  const file = ["src/index.ts", "dist/index.js"]
    .slice(sources ? 0 : 1)
    .map((path) => join(dir, path))
    .find((path) => existsSync(path));
  if (file === undefined) {
    return fail("ERR_EMPTCP_BUILD", {
      package: name,
      reason: "dist/index.js is missing, bundle src/index.ts first",
    });
  }
  const fresh = bundled ? `?${statSync(file).mtimeMs}` : "";
  const exports = (await import(`${pathToFileURL(file).href}${fresh}`)) as Record<string, unknown>;
  const modules = [...new Set(Object.values(exports).filter(isModule))];
  const [only] = modules;
  if (!only || modules.length > 1) {
    return fail("ERR_EMPTCP_BUILD", {
      package: name,
      reason: `${file} exports ${modules.length} actors or selectors instead of one`,
    });
  }
  return { kind: only.kind, definition: only.definition } as Definition;
}
