import semver from "semver";
import { problem, type Problem } from "../errors.js";
import type { InstalledModule } from "./types.js";

/** The BPF interfaces that this core speaks (docs/protocol.md). */
export const SPOKEN_ABIS: readonly number[] = [1];

/** What a module is checked against. */
export interface CoreFacts {
  /** Version of @emptcp/core. */
  readonly core: string;
  readonly abis?: readonly number[];
}

/** Whether this core can use a module: both version axes, both named when they clash. */
export function checkModule({ manifest }: InstalledModule, facts: CoreFacts): Problem[] {
  const { name, version, abi, core: range } = manifest;
  const spoken = facts.abis ?? SPOKEN_ABIS;
  const problems: Problem[] = [];
  if (!spoken.includes(abi)) {
    problems.push(problem("ERR_EMPTCP_ABI", "", { package: name, version, abi, spoken: spoken.join(", ") }));
  }
  if (!semver.satisfies(facts.core, range, { includePrerelease: true })) {
    problems.push(problem("ERR_EMPTCP_CORE_RANGE", "", { package: name, version, range, core: facts.core }));
  }
  return problems;
}
