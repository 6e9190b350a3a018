import { align, FIRST_STEP_SLOT, LIMITS, ROW_CLASSES, ROW_HEADER } from "./layout.js";

/** One element of a step sequence, as far as programs depend on it. */
export interface SequenceStep {
  /** Module name, e.g. `set-window`. */
  readonly module: string;
  /** The package that provides it: two policy sets may mean different ones by one name. */
  readonly package: string;
  /** Bytes of its parameters in a row. */
  readonly paramsSize: number;
}

/** Stands for the module of a chain without steps: it hands every packet on (bpf/empty.bpf.c of core). */
export const EMPTY_STEP: SequenceStep = { module: "", package: "", paramsSize: 0 };

/** Where the parameters of each step of a sequence lie in its row. */
export interface RowLayout {
  /** Index in ROW_CLASSES; undefined when no class is large enough. */
  readonly rowClass: number | undefined;
  /** Bytes used, header included. */
  readonly size: number;
  /** Byte offset of each step's parameters, in the order of the steps. */
  readonly offsets: readonly number[];
}

/**
 * Lays the parameters of a sequence out from its end, so that sequences with a common ending agree on the
 * offsets of that ending and can share its programs.
 */
export function layoutRow(steps: readonly SequenceStep[]): RowLayout {
  const offsets = new Array<number>(steps.length).fill(0);
  let next = ROW_HEADER;
  for (let i = steps.length - 1; i >= 0; i--) {
    offsets[i] = next;
    next += align(steps[i]?.paramsSize ?? 0, 8);
  }
  const rowClass = ROW_CLASSES.findIndex((c) => c.size >= next);
  return { rowClass: rowClass < 0 ? undefined : rowClass, size: next, offsets };
}

/** A program to load: one module followed by a known rest of the chain. */
export interface StepInstance {
  readonly module: string;
  readonly package: string;
  /** Slot in `emptcp_steps`. */
  readonly slot: number;
  /** Slot of the step after it; 0 when it is the last. */
  readonly next: number;
  readonly paramOffset: number;
  /** Distance from the end of the chain: 0 for the last step. */
  readonly position: number;
  readonly rowClass: number;
  /** Text of this step and all that follow it; equal endings share a program. */
  readonly ending: string;
}

/** The step programs of one hook: one for each distinct ending of all its sequences. */
export class StepInstances {
  readonly #byEnding = new Map<string, StepInstance>();

  /** @param loaded programs that are there already and may be used again */
  constructor(loaded: readonly StepInstance[] = []) {
    for (const instance of loaded) this.#byEnding.set(instance.ending, instance);
  }

  /** Adds a sequence and returns the slot of its first step; undefined when the slots are used up. */
  add(steps: readonly SequenceStep[]): number | undefined {
    const layout = layoutRow(steps);
    if (layout.rowClass === undefined) return undefined;
    let ending = `${layout.rowClass}`;
    let next = 0;
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i];
      if (!step) continue;
      ending = `${step.package}:${step.paramsSize}>${ending}`;
      const known = this.#byEnding.get(ending);
      if (known) {
        next = known.slot;
        continue;
      }
      const slot = FIRST_STEP_SLOT + this.#byEnding.size;
      if (slot >= LIMITS.steps) return undefined;
      this.#byEnding.set(ending, {
        module: step.module,
        package: step.package,
        slot,
        next,
        paramOffset: layout.offsets[i] ?? ROW_HEADER,
        position: steps.length - 1 - i,
        rowClass: layout.rowClass,
        ending,
      });
      next = slot;
    }
    return next;
  }

  /** All programs to load, in the order of their slots. */
  list(): StepInstance[] {
    return [...this.#byEnding.values()];
  }
}
