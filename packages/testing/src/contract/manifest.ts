import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseManifest, type Manifest } from "@emptcp/core";

/**
 * Reads the manifest of a built module.
 * @param root directory of the module's package
 * @throws when it is not built or the manifest is wrong
 */
export function manifestOf(root: URL): Manifest {
  const path = fileURLToPath(new URL("dist/manifest.json", root.href.endsWith("/") ? root : `${root.href}/`));
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`read manifest ${path}: build the module first (pnpm build)`, { cause: error });
  }
  return parseManifest(JSON.parse(text), path);
}
