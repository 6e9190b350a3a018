import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hook } from "@emptcp/core";
import type { ObjectSize } from "@emptcp/core/build";

/** A module that was built. */
export interface BuiltModule {
  /** npm name of the package. */
  readonly name: string;
  /** Name of the module in policies. */
  readonly module: string;
  readonly dir: string;
  /** False when no object had to be compiled. */
  readonly built: boolean;
  readonly sizes: Readonly<Record<string, ObjectSize>>;
  /** sha256 of the object of each hook. */
  readonly objects: Readonly<Record<string, string>>;
  /** Another one when anything of the manifest is another. */
  readonly digest: string;
  /** Hooks on which the kernel accepted it. */
  readonly verified: readonly Hook[];
}

/**
 * Builds one module package.
 *
 * @throws ERR_EMPTCP_BUILD with the compiler's messages; ERR_EMPTCP_VERIFIER with `verify`
 */
export async function buildOne(
  directory: string,
  options: { readonly verify?: boolean; readonly color?: boolean } = {},
): Promise<BuiltModule> {
  const { buildPackage, sizeOf, verifyModule } = await import("@emptcp/core/build");
  const result = await buildPackage(directory, { bundle: true, color: options.color ?? false });
  const { name, dir, built, manifest } = result;
  if (options.verify) verifyModule(result);
  const objects = Object.entries(manifest?.objects ?? {});
  const size = (file: string): ObjectSize => sizeOf(readFileSync(join(dir, "dist", file)));
  return {
    name,
    module: manifest?.module ?? name,
    dir,
    built,
    sizes: Object.fromEntries(objects.map(([hook, { file }]) => [hook, size(file)])),
    objects: Object.fromEntries(objects.map(([hook, { sha256 }]) => [hook, sha256])),
    digest: createHash("sha256").update(JSON.stringify(manifest)).digest("hex"),
    verified: options.verify ? (manifest?.hooks ?? []) : [],
  };
}

/** Builds module packages, one after the other; the first that fails ends it. */
export async function buildAll(
  directories: readonly string[],
  options: { readonly verify: boolean },
): Promise<BuiltModule[]> {
  const built: BuiltModule[] = [];
  for (const directory of directories) built.push(await buildOne(directory, options));
  return built;
}
