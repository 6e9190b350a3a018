import { readFile } from "node:fs/promises";
import { emptcpError, parsePolicyText, ProblemsError, type PolicySet, type Problem } from "@emptcp/core";
import { UsageError } from "./usage-error.js";

/** A policy set and the file it came from. */
export interface LoadedSet {
  readonly file: string;
  readonly set: PolicySet;
  readonly text: string;
  /** Number of the set in its file, from 0. */
  readonly index: number;
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
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a directory" : message;
    throw new UsageError(
      `read policy file ${file}: ${reason}`,
      "check the name; - stands for standard input",
    );
  }
}

/**
 * Reads policy files, YAML or JSON; each may hold several documents, each of them a policy set.
 * @param files paths; "-" is standard input
 * @throws ERR_EMPTCP_POLICY_FILE with line and column, ProblemsError, ERR_EMPTCP_DUPLICATE_NAME, UsageError
 */
export async function loadPolicyFiles(files: readonly string[]): Promise<LoadedSet[]> {
  const loaded: LoadedSet[] = [];
  for (const file of files) {
    const text = await textOf(file);
    const name = file === "-" ? "standard input" : file;
    const sets = await parsePolicyText(text, name);
    loaded.push(...sets.map((set, index) => ({ file: name, set, text, index })));
  }
  const names = loaded.map(({ set }) => set.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw emptcpError("ERR_EMPTCP_DUPLICATE_NAME", { what: "policy set", name: twice });
  return loaded;
}

/** The problems of a set with the places in its file in front of their messages: `web.yaml:9:21: …`. */
export async function placeProblems(loaded: LoadedSet, problems: readonly Problem[]): Promise<Problem[]> {
  const { locator } = await import("./locate.js");
  const locate = locator(loaded.text);
  return problems.map((problem) => {
    const place = locate(loaded.index, problem.path);
    const where = place ? `${loaded.file}:${place.line}:${place.column}` : loaded.file;
    return { ...problem, message: `${where}: ${problem.message}` };
  });
}

/** The error with the places of its problems, when they are about the set; any other error as it is. */
export async function placeError(loaded: LoadedSet, error: unknown): Promise<unknown> {
  if (!(error instanceof ProblemsError)) return error;
  return new ProblemsError(await placeProblems(loaded, error.problems), error.code, { cause: error.cause });
}
