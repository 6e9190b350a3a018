import { readFile } from "node:fs/promises";
import { emptcpError, parsePolicyText, ProblemsError, type PolicySet, type Problem } from "@emptcp/core";

/** A policy set and the file it came from. */
export interface LoadedSet {
  readonly file: string;
  readonly set: PolicySet;
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function textOf(file: string): Promise<string> {
  if (file === "-") return readStdin();
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw emptcpError(
      "ERR_EMPTCP_POLICY_FILE",
      { file, line: 0, column: 0, reason },
      { cause: error, hint: "check the name; - stands for standard input" },
    );
  }
}

/**
 * Reads policy files, YAML or JSON; each may hold several documents, each of them a policy set.
 * @param files paths; "-" is standard input
 * @throws ERR_EMPTCP_POLICY_FILE with line and column, ProblemsError, ERR_EMPTCP_DUPLICATE_NAME
 */
export async function loadPolicyFiles(files: readonly string[]): Promise<LoadedSet[]> {
  const loaded: LoadedSet[] = [];
  for (const file of files) {
    const sets = await parsePolicyText(await textOf(file), file === "-" ? "standard input" : file);
    loaded.push(...sets.map((set) => ({ file, set })));
  }
  const names = loaded.map(({ set }) => set.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw emptcpError("ERR_EMPTCP_DUPLICATE_NAME", { what: "policy set", name: twice });
  return loaded;
}

/** Puts the file's name in front of the paths of problems found in it. */
export function inFile(file: string, error: unknown): unknown {
  if (!(error instanceof ProblemsError)) return error;
  const problems = error.problems.map(
    (p): Problem => ({ ...p, path: p.path === "" ? file : `${file}: ${p.path}` }),
  );
  return new ProblemsError(problems, error.code, { cause: error.cause });
}
