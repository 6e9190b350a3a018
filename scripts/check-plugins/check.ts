import { readModulePackage, type Finding, type Rule } from "./module-package.js";
import { built } from "./rules-built.js";
import { contract, cSource, readme, sixFiles } from "./rules-files.js";
import { names, packageJson } from "./rules-names.js";

const rules: readonly Rule[] = [sixFiles, names, packageJson, cSource, readme, contract, built];

/**
 * Everything that keeps a module package from being complete.
 *
 * @param path absolute path of the package, whose last part is its directory name
 * @param coreVersion version of @emptcp/core in the workspace
 */
export function checkModulePackage(path: string, coreVersion: string): Finding[] {
  const pkg = readModulePackage(path, coreVersion);
  return rules.flatMap((rule) => rule(pkg));
}
