import { libbpf } from "./library.js";
import { check } from "./system-error.js";

let cpus = 0;

/** Number of CPUs that per-CPU values have slots for; more than are online, perhaps. */
export function possibleCpus(): number {
  if (cpus === 0) cpus = check(libbpf("libbpf_num_possible_cpus")(), "count possible cpus");
  return cpus;
}
