import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../usage-error.js";

const POLICY_FILE = /^[^.].*\.(yaml|yml|json)$/;
/** Files that npm keeps in a directory with modules. */
const NPM = new Set(["package.json", "package-lock.json", "npm-shrinkwrap.json", "tsconfig.json"]);

/**
 * Policy files of a directory, by name; not those of directories in it.
 *
 * @throws UsageError when it cannot be read
 */
export function policyFilesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => POLICY_FILE.test(name) && !NPM.has(name))
      .sort()
      .map((name) => join(directory, name));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = { ENOENT: "there is none of that name", ENOTDIR: "it is a file" }[code ?? ""] ?? message;
    throw new UsageError(`read directory ${directory}: ${reason}`, "name a directory with policy files");
  }
}
