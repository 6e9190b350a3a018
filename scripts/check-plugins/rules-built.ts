import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, Rule } from "./module-package.js";

interface BuiltManifest {
  readonly name?: string;
  readonly version?: string;
  readonly symbol?: string;
  readonly objects?: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>;
}

/** The manifest is built, belongs to this package, and its objects are the ones it was built with. */
export const built: Rule = ({ path, json, symbol }) => {
  const file = "dist/manifest.json";
  if (!existsSync(join(path, file))) return [{ file, text: "not built: run npm run build" }];
  let manifest: BuiltManifest;
  try {
    manifest = JSON.parse(readFileSync(join(path, file), "utf8")) as BuiltManifest;
  } catch {
    return [{ file, text: "not JSON: run npm run build" }];
  }
  const findings: Finding[] = [];
  const wanted = { name: json.name, version: json.version, symbol };
  for (const [key, value] of Object.entries(wanted)) {
    const got = manifest[key as keyof typeof wanted];
    if (got !== value)
      findings.push({
        file,
        text: `${key} is ${got ?? "missing"}, not ${value ?? "missing"}: run npm run build`,
      });
  }
  const objects = Object.values(manifest.objects ?? {});
  if (objects.length === 0)
    findings.push({ file, text: "names no object: give the module a hook, then run npm run build" });
  for (const object of objects) findings.push(...checkObject(path, object));
  return findings;
};

function checkObject(path: string, object: { readonly file: string; readonly sha256: string }): Finding[] {
  const file = `dist/${object.file}`;
  if (!existsSync(join(path, file)))
    return [{ file, text: "the manifest names it, but it is not there: run npm run build" }];
  const sha256 = createHash("sha256")
    .update(readFileSync(join(path, file)))
    .digest("hex");
  return sha256 === object.sha256
    ? []
    : [{ file, text: "sha256 differs from the manifest's: run npm run build" }];
}
