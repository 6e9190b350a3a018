import {
  placeError,
  placeProblems,
  ProblemsError,
  type ApplyResult,
  type Confirmation,
  type Engine,
  type LoadedSet,
} from "@emptcp/core";
import { attachProblem } from "../attach-problem.js";
import { timeText } from "../format/time.js";
import { printJson } from "../json.js";
import { startProgress } from "../progress.js";
import { canAsk } from "./ask.js";
import { warn, warnAll } from "./open.js";
import { waitForConfirmation } from "./wait-for-confirmation.js";

export interface ApplyFilesOptions {
  readonly force: boolean;
  readonly rebuild: boolean;
  readonly prune: boolean;
  readonly json: boolean;
  /** Seconds. */
  readonly confirm?: number;
}

/** Applies the sets of files together, and says what came of it. */
export async function applyFiles(
  engine: Engine,
  loaded: readonly LoadedSet[],
  options: ApplyFilesOptions,
): Promise<void> {
  const { json, ...rest } = options;
  const progress = startProgress();
  const result = await engine
    .apply(
      loaded.map((one) => one.set),
      { ...rest, onProgress: progress.step },
    )
    .catch((error: unknown) => {
      const missing = attachProblem(
        loaded.map((one) => one.set),
        error,
      );
      throw placeError(loaded, missing ? new ProblemsError([missing]) : error);
    })
    .finally(() => progress.end());
  warnAll(placeProblems(loaded, result.warnings));
  const waiting = options.confirm === undefined ? undefined : engine.confirmation();
  if (json) printJson(report(result, loaded, waiting));
  else process.stdout.write(describe(result));
  if (engine.bypassed()) warn("bypass is on: every packet passes; `emptcp bypass off` puts it into effect");
  if (!waiting) return;
  if (json || !canAsk()) return json ? undefined : announce(waiting);
  const outcome = await waitForConfirmation(engine, waiting);
  if (outcome === "confirmed") process.stdout.write(`generation ${waiting.generation} is confirmed\n`);
  else announce(waiting);
}

function announce({ generation, before, until }: Confirmation): void {
  process.stdout.write(
    `generation ${generation} waits for \`emptcp confirm\` until ${timeText(until.toISOString())}; ` +
      `then the policy sets of generation ${before} come back\n`,
  );
}

/** The sets of a result that run as before. One that changes no set has new programs, unless it says so. */
function keptSets({ unchanged, changes }: ApplyResult): ReadonlySet<string> {
  if (!unchanged && changes.every(({ change }) => change === "unchanged")) return new Set();
  return new Set(changes.flatMap(({ set, change }) => (change === "unchanged" ? set : [])));
}

function report(
  result: ApplyResult,
  loaded: readonly LoadedSet[],
  waiting: Confirmation | undefined,
): unknown {
  const { generation, unchanged, changes } = result;
  const kept = keptSets(result);
  const applied = changes
    .filter(({ change }) => change !== "removed")
    .map(({ set, change }) => {
      const file = loaded.find((one) => one.set.name === set)?.file;
      return { set, file, change, generation, unchanged: kept.has(set) };
    });
  const removed = changes.filter(({ change }) => change === "removed").map(({ set }) => set);
  const confirm = waiting && { generation, before: waiting.before, until: waiting.until.toISOString() };
  return { generation, unchanged, applied, removed, ...(confirm && { confirm }) };
}

function describe(result: ApplyResult): string {
  const { generation, changes } = result;
  const kept = keptSets(result);
  return changes
    .map(({ set, change }) => {
      if (change === "removed") return `${set} is gone\n`;
      return kept.has(set)
        ? `${set} runs already as generation ${generation}\n`
        : `${set} runs as generation ${generation}\n`;
    })
    .join("");
}
