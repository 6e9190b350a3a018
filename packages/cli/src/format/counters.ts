import type { EngineCounters } from "@emptcp/core";

const WORDS: Readonly<Record<keyof EngineCounters, string>> = {
  rootMissed: "packets met no entry",
  entryMissed: "packets met no first step",
  stepMissed: "packets met no next step",
  mixedGenerations: "packets met two generations",
  failedSteps: "steps failed",
  againLimit: "packets wanted to be matched again too often",
  eventsLost: "events lost",
  traceLost: "trace records lost",
};

/** What went wrong in the engine itself: one text for each counter that is not zero. */
export function troubles(counters: EngineCounters): string[] {
  return Object.entries(WORDS)
    .map(([name, words]) => ({ count: counters[name as keyof EngineCounters] ?? 0n, words }))
    .filter(({ count }) => count > 0n)
    .map(({ count, words }) => `${words}: ${count}`);
}
