import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../errors.js";

/** What the build takes from a package.json. */
export interface PackageInfo {
  readonly dir: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Range of @emptcp/core that the package accepts. */
  readonly core: string;
}

/** @throws ERR_EMPTCP_BUILD when the file cannot be read or lacks what a module needs */
export function readPackageInfo(dir: string): PackageInfo {
  let json: { name?: string; version?: string; license?: string; peerDependencies?: Record<string, string> };
  try {
    json = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as typeof json;
  } catch (error) {
    return fail(
      "ERR_EMPTCP_BUILD",
      { package: dir, reason: "package.json cannot be read" },
      { cause: error },
    );
  }
  const { name = dir, version, license } = json;
  const core = json.peerDependencies?.["@emptcp/core"] ?? (name === "@emptcp/core" ? "*" : undefined);
  const missing = Object.entries({ version, license, 'peerDependencies["@emptcp/core"]': core });
  const absent = missing.filter(([, value]) => value === undefined).map(([key]) => key);
  if (version === undefined || license === undefined || core === undefined) {
    return fail("ERR_EMPTCP_BUILD", { package: name, reason: `package.json lacks ${absent.join(", ")}` });
  }
  return { dir, name, version, license, core };
}
