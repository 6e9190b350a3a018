import { discoverModules, findSessions, placeProblems, sessionProblems, type LoadedSet } from "@emptcp/core";
import { warnAll } from "./open.js";

/** Warns before sets are applied that may stop the ssh session in which the command is typed. */
export function warnOfSession(loaded: readonly LoadedSet[]): void {
  const sessions = findSessions();
  if (sessions.length === 0) return;
  const sets = loaded.map(({ set }) => set);
  const problems = sessionProblems(sets, { catalog: discoverModules(), sessions });
  warnAll(placeProblems(loaded, problems));
}
