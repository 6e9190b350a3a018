/** Units of figures; times of programs are nanoseconds per packet. */
export type Unit = "ns" | "ms" | "s" | "B" | "x" | "packets" | "%";

/** What the project promises about a figure (README.md says where each comes from). */
export interface Goal {
  readonly atMost: number;
  /** Which of the two numbers keeps it (default: best). */
  readonly judged?: "best" | "median";
}

/** One line of the table and of the JSON file. */
export interface Figure {
  /** Heading that it stands under. */
  readonly group: string;
  readonly name: string;
  /** Where it was measured: a hook, or empty. */
  readonly hook: string;
  readonly unit: Unit;
  /** The least disturbed of all rounds. */
  readonly best: number;
  /** Missing where there was one round. */
  readonly median?: number;
  readonly goal?: Goal;
}

/** The median of numbers in any order; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1] ?? NaN;
  const high = sorted[sorted.length >> 1] ?? NaN;
  return (low + high) / 2;
}

/** Whether the promise is kept; undefined where nothing is promised. */
export function reached({ goal, best, median }: Figure): boolean | undefined {
  if (!goal) return undefined;
  return (goal.judged === "median" ? (median ?? best) : best) <= goal.atMost;
}
