import type { Engine } from "@emptcp/core";
import type { RefusalCount, RunCounters } from "./types.js";

/** What one packet changed. */
export interface Counted {
  readonly counters: RunCounters;
  readonly refusals: readonly RefusalCount[];
}

interface Snapshot {
  readonly matched: number;
  readonly steps: readonly number[];
  readonly missed: number;
  readonly failed: number;
  readonly refusals: ReadonlyMap<string, RefusalCount>;
}

/** Turns the engine's running counters into what each packet added to them. */
export class Counting {
  #last: Snapshot | undefined;

  constructor(readonly engine: Engine) {}

  /** Reads the counters before the first packet. Call it once, when the chain is loaded. */
  start(): void {
    this.#last = this.#read();
  }

  /** What was counted since the last call. */
  next(): Counted {
    const before = this.#last;
    const now = this.#read();
    this.#last = now;
    const refusals = [...now.refusals].flatMap(([key, refusal]) => {
      const packets = refusal.packets - (before?.refusals.get(key)?.packets ?? 0);
      return packets > 0 ? [{ ...refusal, packets }] : [];
    });
    const counters = {
      matched: now.matched - (before?.matched ?? 0),
      steps: now.steps.map((count, i) => count - (before?.steps[i] ?? 0)),
      missed: now.missed - (before?.missed ?? 0),
      failed: now.failed - (before?.failed ?? 0),
    };
    return { counters, refusals };
  }

  #read(): Snapshot {
    const { rootMissed, entryMissed, stepMissed, failedSteps } = this.engine.counters();
    const [policy] = this.engine.stats();
    const refusals = (policy?.steps ?? []).flatMap(({ module, refusals }, step) =>
      Object.entries(refusals).map(
        ([reason, packets]) =>
          [`${step} ${reason}`, { step, module, reason: Number(reason), packets: Number(packets) }] as const,
      ),
    );
    return {
      matched: Number(policy?.packets ?? 0n),
      steps: policy?.steps.map((step) => Number(step.packets)) ?? [],
      missed: Number(rootMissed + entryMissed + stepMissed),
      failed: Number(failedSteps),
      refusals: new Map(refusals),
    };
  }
}
