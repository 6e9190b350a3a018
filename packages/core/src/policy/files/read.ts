import { problem, ProblemsError, throwProblems, type Place, type Problem } from "../../errors.js";
import type { Json } from "../../params/types.js";
import { listNames } from "../../text.js";
import { readPolicySet } from "../normalise.js";
import { Reader } from "../reader.js";
import type { PolicySet } from "../types.js";
import { Collector } from "./collect.js";
import { noPolicySet } from "./no-set.js";
import { directoryOf, FileRefusal, readTextFile } from "./open.js";
import { locate } from "./place.js";
import { isVariableName, Substitution, valueProblem } from "./variables.js";

/** A policy set and where its parts stand. */
export interface LoadedSet {
  readonly set: PolicySet;
  /** The file that it stands in, as it is called in messages; an included one has its own name. */
  readonly file: string;
  /** Where a path of the set stands, as deep as the file goes. @param atKey the last key is meant, not its value */
  place(path: string, atKey?: boolean): Place;
}

export interface ReadOptions {
  /** Values of variables, stronger than those of the files. */
  readonly vars?: Readonly<Record<string, Json>>;
}

export interface ReadFilesOptions extends ReadOptions {
  /** Reads what `-` stands for; without it `-` is a file name. */
  readonly stdin?: () => Promise<string>;
}

/** Reads the files one after the other and throws what is wrong with all of them together. */
class Loading {
  readonly problems: Problem[] = [];
  readonly loaded: LoadedSet[] = [];
  readonly #vars: Map<string, Json>;
  readonly #used = new Set<string>();
  readonly #known = new Set<string>();

  constructor(options: ReadOptions) {
    this.#vars = new Map(Object.entries(options.vars ?? {}));
    for (const [name, value] of this.#vars) {
      const nameReason = isVariableName(name) ? undefined : "expected letters, digits, _ and -, at most 63";
      const reason = nameReason ?? valueProblem(value);
      if (reason !== undefined) this.problems.push(problem("ERR_EMPTCP_VARIABLE", "", { name, reason }));
    }
  }

  /** @param real its path without links; absent: it is no file */
  async add(text: string, file: string, directory: string, real?: string): Promise<void> {
    const yaml = await import("yaml");
    const collector = new Collector(yaml, directory);
    await collector.add(text, file, [real ?? ""], directory);
    const { candidates } = collector;
    if (candidates.length === 0 && collector.problems.length === 0) {
      this.problems.push(noPolicySet(file, text));
    }
    const variables = collector.variables(this.#vars);
    for (const name of variables.keys()) this.#known.add(name);
    for (const { origin, data } of candidates) {
      const substitution = new Substitution(variables);
      // Large files are mostly generated and hold no variables; an escape may stand for one.
      const { text: own } = origin.source;
      const filled = own.includes("${") || own.includes("\\") ? substitution.apply(data) : data;
      for (const name of substitution.used) this.#used.add(name);
      collector.report(origin, substitution.problems);
      const reader = new Reader();
      const set = readPolicySet(reader, filled, "");
      // What an undefined variable stands in is wrong for no other reason.
      const undefinedAt = new Set(substitution.problems.map((p) => p.path));
      collector.report(
        origin,
        reader.problems.filter((p) => !undefinedAt.has(p.path)),
      );
      if (!set || reader.problems.length + substitution.problems.length > 0) continue;
      const place = (path: string, atKey = false): Place => locate(yaml, origin, path, atKey);
      this.loaded.push({ set, file: origin.source.file, place });
    }
    this.problems.push(...collector.problems);
  }

  refuse(file: string, { reason, hint }: FileRefusal): void {
    this.problems.push(
      problem("ERR_EMPTCP_POLICY_FILE", "", { file, reason }, hint === undefined ? {} : { hint }),
    );
  }

  /** @throws ProblemsError */
  finish(): LoadedSet[] {
    for (const name of this.#vars.keys()) {
      if (this.#used.has(name) || this.problems.length > 0) continue;
      const known = [...this.#known].filter((n) => this.#used.has(n));
      const hint = known.length > 0 ? `the files use ${listNames(known)}` : "the files use no variables";
      const values = { name, reason: "it is given, but no file uses it" };
      this.problems.push(problem("ERR_EMPTCP_VARIABLE", "", values, { hint }));
    }
    this.#refuseTwice();
    throwProblems(this.problems);
    return this.loaded;
  }

  #refuseTwice(): void {
    const first = new Map<string, LoadedSet>();
    for (const one of this.loaded) {
      const { name } = one.set;
      const known = first.get(name);
      if (!known) {
        first.set(name, one);
        continue;
      }
      const { file, line } = known.place("name");
      const hint = `the other one stands in ${file}:${line}; rename one of them`;
      const twice = problem("ERR_EMPTCP_DUPLICATE_NAME", "name", { what: "policy set", name }, { hint });
      this.problems.push({ ...twice, place: one.place("name") });
    }
  }
}

/**
 * Reads policy files, YAML or JSON, with what they include. A file holds policy sets: one, a list of them, or documents
 * with one each.
 *
 * @throws ProblemsError with everything that is wrong with any of them; each problem has its place
 */
export async function readPolicyFiles(
  files: readonly string[],
  options: ReadFilesOptions = {},
): Promise<LoadedSet[]> {
  const loading = new Loading(options);
  for (const file of files) {
    if (file === "-" && options.stdin) {
      await loading.add(await options.stdin(), "standard input", directoryOf("stdin"));
      continue;
    }
    const read = readTextFile(file);
    if (read instanceof FileRefusal) loading.refuse(file, read);
    else await loading.add(read.text, file, directoryOf(read.real), read.real);
  }
  return loading.finish();
}

/**
 * Reads policy sets from a text, as `readPolicyFiles` does from files; what it includes is looked for from the working
 * directory.
 *
 * @param file its name, for messages
 * @throws ProblemsError
 */
export async function readPolicyText(
  text: string,
  file: string,
  options: ReadOptions = {},
): Promise<LoadedSet[]> {
  const loading = new Loading(options);
  await loading.add(text, file, directoryOf("text"));
  return loading.finish();
}

/** The policy sets of a text. @throws ProblemsError, see `readPolicyText` */
export async function parsePolicyText(
  text: string,
  file: string,
  options: ReadOptions = {},
): Promise<PolicySet[]> {
  return (await readPolicyText(text, file, options)).map(({ set }) => set);
}

/**
 * Gives problems that a check found the places where their paths stand.
 *
 * @param loaded the sets that were checked; with several of them the paths begin with `sets[i]`
 */
export function placeProblems(loaded: readonly LoadedSet[], problems: readonly Problem[]): Problem[] {
  return problems.map((p) => {
    if (p.place) return p;
    const several = /^sets\[(\d+)\]\.?(.*)$/s.exec(p.path);
    const one = several ? loaded[Number(several[1])] : loaded.length === 1 ? loaded[0] : undefined;
    if (!one || (!several && p.path === "")) return p;
    const path = several ? (several[2] ?? "") : p.path;
    const atKey = p.at === "key" || p.code === "ERR_EMPTCP_UNKNOWN_PARAM";
    return { ...p, path, place: one.place(path, atKey) };
  });
}

/** An error with the places of its problems, when it has any; another error as it is. */
export function placeError(loaded: readonly LoadedSet[], error: unknown): unknown {
  if (!(error instanceof ProblemsError)) return error;
  return new ProblemsError(placeProblems(loaded, error.problems), error.code, { cause: error.cause });
}
