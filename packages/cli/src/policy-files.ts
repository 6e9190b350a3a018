import { readPolicyFiles, type LoadedSet } from "@emptcp/core";
import { readVariables } from "./variables.js";

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Reads policy files, YAML or JSON; each may hold several documents, each of them a policy set.
 *
 * @param files paths; "-" is standard input
 * @param vars `name=value`, as given with --var
 * @throws ProblemsError with everything that is wrong in any of them, UsageError
 */
export async function loadPolicyFiles(
  files: readonly string[],
  vars: readonly string[] = [],
): Promise<LoadedSet[]> {
  return readPolicyFiles(files, { stdin: readStdin, vars: await readVariables(vars) });
}
