import type { ConnectionEnd } from "../experiments/connection.js";
import type { Stage } from "../experiments/stage.js";
import type { Row } from "./report.js";

/** A part of the demo: what is done one after the other, each giving a row. */
export interface Scenario {
  readonly title: string;
  readonly trials: readonly Trial[];
}

/** One thing to do and to look at. */
export interface Trial {
  readonly where: string;
  readonly done: string;
  readonly expected: string;
  run(stage: Stage): Promise<Outcome>;
}

/** What was seen, and whether it is what was expected. */
export type Outcome = Pick<Row, "seen" | "ok">;

/** Megabytes with one decimal. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Adds to what a trial saw whether its connection came through unharmed. */
export function withConnection(end: ConnectionEnd, seen: string, ok: boolean): Outcome {
  const harm = Object.keys(end.harm);
  const state = end.intact ? "sha256 equal" : "sha256 DIFFERS";
  return {
    seen: `${seen}; ${state}${harm.length > 0 ? `; ${harm.join(", ")}` : ""}`,
    ok: ok && end.intact && harm.length === 0,
  };
}
