import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../errors.js";
import type { Hook, InstalledModule } from "./types.js";

/** Where a module's object for a hook lies; undefined when it does not run there. */
export function objectPath({ manifest, dir }: InstalledModule, hook: Hook): string | undefined {
  const object = manifest.objects[hook];
  return object && join(dir, "dist", object.file);
}

/**
 * Reads a module's object and checks that it is the one that the manifest names.
 *
 * @throws ERR_EMPTCP_HOOK_UNSUPPORTED, ERR_EMPTCP_OBJECT_MISSING, ERR_EMPTCP_DIGEST
 */
export function readModuleObject(installed: InstalledModule, hook: Hook): Buffer {
  const { manifest } = installed;
  const object = manifest.objects[hook];
  const path = objectPath(installed, hook);
  if (!object || path === undefined) {
    const where = `, it runs on ${manifest.hooks.join(", ")}`;
    return fail("ERR_EMPTCP_HOOK_UNSUPPORTED", { module: manifest.module, hook, where });
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return fail("ERR_EMPTCP_OBJECT_MISSING", { file: path }, { cause: error });
  }
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== object.sha256) {
    fail("ERR_EMPTCP_DIGEST", {
      file: object.file,
      module: manifest.module,
      expected: object.sha256,
      actual,
    });
  }
  return bytes;
}
