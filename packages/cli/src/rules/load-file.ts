import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { emptcpError, problem, ProblemsError, type Engine, type Problem, type RuleInput } from "@emptcp/core";
import { startProgress } from "../progress.js";
import { UsageError } from "../usage-error.js";
import { policyOf } from "./policy-of.js";
import { LineError, RuleLines } from "./rule-lines.js";

/** Rules of standard input that are kept until all of them are checked. */
const KEEP = 200_000;
/** Wrong lines after which reading ends. */
const WRONG = 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
};

export interface LoadReport {
  readonly policy: string;
  readonly added: number;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  const failed = new Promise<never>((_, reject) =>
    input.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(
          `read rules from ${file}: ${REASONS[error.code ?? ""] ?? error.message}`,
          "check the name; - stands for standard input",
        ),
      ),
    ),
  );
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done === true) return;
    yield next.value;
  }
}

/** Reads and checks the rules of a file; wrong lines are collected. */
class RuleFile {
  readonly problems: Problem[] = [];

  constructor(
    readonly file: string,
    readonly reader: RuleLines,
    readonly check: (rule: RuleInput) => readonly Problem[],
  ) {}

  async *rules(): AsyncGenerator<RuleInput> {
    let number = 0;
    for await (const line of linesOf(this.file)) {
      number++;
      const rule = this.#rule(line, number);
      if (rule) yield rule;
      if (this.problems.length >= WRONG || this.reader.isLost) return;
    }
  }

  /** @throws ERR_EMPTCP_RULE_FILE when lines were wrong */
  throwProblems(): void {
    if (this.problems.length > 0) throw new ProblemsError(this.problems, "ERR_EMPTCP_RULE_FILE");
  }

  #rule(line: string, number: number): RuleInput | undefined {
    const wrong = (reason: string): undefined => {
      const file = this.file === "-" ? "standard input" : this.file;
      this.problems.push(problem("ERR_EMPTCP_RULE_LINE", "", { file, line: number, reason }));
    };
    try {
      const rule = this.reader.read(line);
      const found = rule ? this.check(rule) : [];
      return found.length === 0 ? rule : wrong(found.map((p) => p.message).join("; "));
    } catch (error) {
      if (error instanceof LineError) return wrong(error.message);
      throw error;
    }
  }
}

async function* unread(
  kept: readonly RuleInput[],
  rest: AsyncGenerator<RuleInput>,
): AsyncGenerator<RuleInput> {
  yield* kept;
  yield* rest;
}

/**
 * Loads the rules of a file into a running policy. All lines are checked before the first rule is added; of standard input
 * the first 200 000, the others as they come.
 *
 * @throws ERR_EMPTCP_RULE_FILE with the wrong lines
 */
export async function loadRuleFile(
  engine: Engine,
  policyName: string,
  file: string,
  replace: boolean,
): Promise<LoadReport> {
  const { name, policy } = policyOf(engine, policyName);
  const { rules } = engine.policy(name);
  const open = (): RuleFile => new RuleFile(file, new RuleLines(policy, engine.modules), rules.checker());
  const progress = startProgress();
  const first = open();
  const kept: RuleInput[] = [];
  const stream = first.rules();
  let seen = 0;
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done === true) break;
      if (++seen % 10_000 === 0) progress.note(`check rules ${seen}`);
      if (seen <= KEEP) kept.push(next.value);
      if (seen === KEEP && file === "-") break;
    }
    first.throwProblems();
    const all = seen < KEEP ? kept : file === "-" ? unread(kept, stream) : open().rules();
    const onProgress = (added: number): void => progress.note(`load rules ${added}`);
    const { added } = await rules.load(all, { replace, onProgress });
    if (first.problems.length > 0) throw partly(first.problems, added);
    const detail = `${name}: ${added} loaded${replace ? ", all others removed" : ""}`;
    await engine.history.note({ what: "rule load", detail });
    return { policy: name, added };
  } finally {
    progress.end();
  }
}

function partly(problems: readonly Problem[], added: number): Error {
  const hint = `standard input is too long to be checked in advance: ${added} rules were loaded; load a file instead`;
  return Object.assign(emptcpError("ERR_EMPTCP_RULE_FILE", { count: problems.length }, { hint }), {
    problems,
  });
}
