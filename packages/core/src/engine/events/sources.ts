import type { EmitterRecord } from "../emitters.js";
import type { GenerationManifest, PolicyRecord } from "../manifest.js";
import type { EventRecord } from "./record.js";

/** Generations that are kept for records that were written before a switch. */
const KEPT = 4;

/** Where an event comes from. */
export interface EventPlace {
  readonly set: string;
  readonly policy: string;
  readonly hook: PolicyRecord["hook"];
  readonly step: number;
}

interface Generation {
  readonly emitters: ReadonlyMap<number, EmitterRecord>;
  readonly policies: ReadonlyMap<number, PolicyRecord>;
}

/** Finds the module and the step that wrote a record, in the generation that runs or in those before it. */
export class EventSources {
  readonly #generations: Generation[] = [];
  #number = -1;

  /**
   * @param active number of the generation that runs
   * @param read its manifest
   */
  constructor(
    readonly active: () => number,
    readonly read: () => GenerationManifest,
  ) {}

  /** The build of a module with that number. */
  emitter(number: number): EmitterRecord | undefined {
    this.#refresh();
    return this.#generations.map((g) => g.emitters.get(number)).find((e) => e !== undefined);
  }

  /** The step with that counter, if it is one of this module; selectors are in no step. */
  place(record: EventRecord, emitter: EmitterRecord): EventPlace | undefined {
    for (const { policies } of this.#generations) {
      const policy = policies.get(record.policy);
      if (!policy) continue;
      // the last step has the policy's first counter
      const step = policy.steps.length - 1 - (record.slot - policy.stats);
      if (policy.steps[step]?.package !== emitter.package) continue;
      return { set: policy.set, policy: policy.name, hook: policy.hook, step };
    }
    return undefined;
  }

  #refresh(): void {
    const active = this.active();
    if (active === this.#number) return;
    const { emitters, policies, number } = this.read();
    this.#number = number;
    this.#generations.unshift({
      emitters: new Map(emitters.map((e) => [e.number, e])),
      policies: new Map(policies.map((p) => [p.index, p])),
    });
    this.#generations.splice(KEPT);
  }
}
