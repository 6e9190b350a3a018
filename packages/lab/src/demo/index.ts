import { openStage, type Stage } from "../experiments/stage.js";
import { backup } from "./backup.js";
import { blocked } from "./blocked.js";
import { recording } from "./recording.js";
import { renderTable, type Row } from "./report.js";
import type { Scenario, Trial } from "./scenario.js";
import { swap } from "./swap.js";

export type { Row } from "./report.js";

/** How the demo shows itself. */
export interface DemoOptions {
  /** Takes the table; absent: nothing is written. */
  readonly write?: (text: string) => void;
  /** Told before each step. */
  readonly onStep?: (title: string) => void;
  /** Characters of a line; absent: 120. */
  readonly width?: number;
}

/** What the demo came to. */
export interface DemoResult {
  /** Every effect was seen. */
  readonly ok: boolean;
  readonly rows: readonly Row[];
}

const SCENARIOS: readonly Scenario[] = [backup, blocked, recording, swap];

/**
 * Shows policies acting on real MPTCP connections, in a testbed of its own that is gone afterwards, whatever happens.
 * @throws LabError when the testbed cannot be made here
 */
export async function runDemo(options: DemoOptions = {}): Promise<DemoResult> {
  const { write = () => undefined, onStep = () => undefined, width = 120 } = options;
  const stage = await openStage({}, { onStep });
  const rows: Row[] = [];
  try {
    for (const scenario of SCENARIOS) {
      for (const trial of scenario.trials) {
        onStep(`${scenario.title.split(":")[0] ?? ""}: ${trial.done}`);
        rows.push({ scenario: scenario.title, ...pick(trial), ...(await attempt(trial, stage)) });
      }
    }
  } finally {
    stage.close();
  }
  write(renderTable(rows, width));
  const missing = rows.filter((row) => !row.ok).length;
  write(
    missing === 0
      ? `all ${rows.length} effects were seen\n`
      : `${missing} of ${rows.length} effects were not seen\n`,
  );
  return { ok: missing === 0, rows };
}

function pick({ where, done, expected }: Trial): Pick<Row, "where" | "done" | "expected"> {
  return { where, done, expected };
}

/** A trial that fails is one whose effect was not seen; the others still run. */
async function attempt(trial: Trial, stage: Stage): Promise<Pick<Row, "seen" | "ok">> {
  try {
    return await trial.run(stage);
  } catch (error) {
    // The next trial replaces what could not be cleared.
    await stage.clear().catch(() => undefined);
    return { seen: error instanceof Error ? error.message : String(error), ok: false };
  }
}
