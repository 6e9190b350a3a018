import type { BpfProgram } from "@emptcp/core/libbpf";
import { median } from "./figure.js";

/** A program and the packet that it is run on. */
export interface Probe {
  readonly program: BpfProgram;
  readonly data: Buffer;
}

/** Nanoseconds per packet over all rounds. */
export interface Cost {
  readonly best: number;
  readonly median: number;
}

export interface Effort {
  /** Times that each program is measured; others are measured in between. */
  readonly rounds: number;
  /** Packets of one round. */
  readonly repeat: number;
}

/**
 * Measures programs with BPF_PROG_TEST_RUN, in turns, so that what else the machine does meets all alike.
 *
 * @param probes by name
 * @returns costs by the same names
 */
export function measure<Name extends string>(
  probes: Readonly<Record<Name, Probe>>,
  effort: Effort,
): Record<Name, Cost> {
  const names = Object.keys(probes) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (const name of names) {
      const { program, data } = probes[name];
      times.get(name)?.push(program.testRun({ data, repeat: effort.repeat }).duration);
    }
  }
  const costs = names.map((name) => {
    const all = times.get(name) ?? [];
    return [name, { best: Math.min(...all), median: median(all) }] as const;
  });
  return Object.fromEntries(costs) as Record<Name, Cost>;
}

/** Applies a formula to the best and to the median rounds. */
export function derive(costs: readonly Cost[], formula: (...values: number[]) => number): Cost {
  return { best: formula(...costs.map((c) => c.best)), median: formula(...costs.map((c) => c.median)) };
}
