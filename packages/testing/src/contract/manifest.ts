import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseManifest, type Hook, type Manifest } from "@emptcp/core";

/** A file of a built module. @param root directory of the module's package */
function distFile(root: URL, name: string): string {
  return fileURLToPath(new URL(`dist/${name}`, root.href.endsWith("/") ? root : `${root.href}/`));
}

/**
 * Reads the manifest of a built module.
 * @param root directory of the module's package
 * @throws when it is not built or the manifest is wrong
 */
export function manifestOf(root: URL): Manifest {
  const path = distFile(root, "manifest.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`read manifest ${path}: build the module first (pnpm build)`, { cause: error });
  }
  return parseManifest(JSON.parse(text), path);
}

/** Reads the object of a built module for one hook. @throws when the manifest names none or it is not there */
export function objectOf(root: URL, manifest: Manifest, hook: Hook): Buffer {
  const object = manifest.objects[hook];
  if (!object) throw new Error(`read object of ${manifest.module} for ${hook}: the manifest names none`);
  return readFileSync(distFile(root, object.file));
}
