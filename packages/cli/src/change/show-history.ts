import { emptcpError, type Engine } from "@emptcp/core";
import { timeText } from "../format/time.js";
import { standingOf, waitingText, type EngineStanding } from "../format/notices.js";
import { printJson } from "../json.js";
import { printTable } from "../table.js";
import { styleFor } from "../terminal.js";
import { changeText, generationText, whoText } from "./history-text.js";
import { describeEntry } from "./show-entry.js";

/** The generation that waits; undefined also where this process may not read the kernel's maps. */
function waitingOf(engine: Engine): EngineStanding["waiting"] {
  try {
    return standingOf(engine).waiting;
  } catch {
    return undefined;
  }
}

/** Prints the last entries. @throws ERR_EMPTCP_NO_HISTORY */
export function showHistory(engine: Engine, limit: number, json: boolean): void {
  const entries = engine.history.entries().slice(-limit);
  const waiting = waitingOf(engine);
  if (json) {
    return printJson({ entries, ...(waiting && { waiting }) });
  }
  const rows = entries.map((entry) => [
    `${entry.id}`,
    timeText(entry.time),
    generationText(entry),
    entry.ok ? entry.what : `${entry.what} failed`,
    whoText(entry),
    changeText(entry),
  ]);
  if (rows.length > 0) printTable(["ENTRY", "TIME", "GENERATION", "WHAT", "WHO", "CHANGE"], rows);
  else if (process.stdout.isTTY) process.stdout.write("nothing was changed yet\n");
  if (waiting) process.stdout.write(`${styleFor(process.stdout).yellow(waitingText(waiting))}\n`);
}

/** Prints one entry. @throws ERR_EMPTCP_NO_HISTORY, ERR_EMPTCP_NO_GENERATION */
export function showEntry(engine: Engine, id: number, json: boolean): void {
  const { history } = engine;
  const entries = history.entries();
  const at = entries.findIndex((e) => e.id === id);
  const entry = entries[at];
  if (!entry) {
    const known = entries.length === 0 ? "none" : `${entries[0]?.id} to ${entries.at(-1)?.id}`;
    const reason = "the history does not have it";
    throw emptcpError("ERR_EMPTCP_NO_GENERATION", { wanted: `entry ${id}`, reason, kind: "entries", known });
  }
  const earlier = entries
    .slice(0, at)
    .findLast((e) => e.ok && e.era === entry.era && e.snapshot !== undefined);
  const before = earlier ? history.sets(earlier) : entry.before === 0 ? [] : undefined;
  const after = entry.ok ? history.sets(entry) : undefined;
  if (json) return printJson({ entry, before, after });
  process.stdout.write(describeEntry(entry, before, after));
}
