/**
 * Sizes, offsets and limits shared with the BPF programs (docs/protocol.md). All integers in these
 * structures are little-endian; addresses and ports inside keys are as on the wire.
 */

/** Hooks a chain can run on; the order fixes nothing. */
export const HOOKS = ["xdp", "tc-ingress", "tc-egress"] as const;
export type PacketHook = (typeof HOOKS)[number];

export const LIMITS = {
  programSets: 8,
  ports: 1024,
  groups: 64,
  tables: 32,
  selectors: 8,
  joinedWords: 32,
  tableWords: 24,
  policies: 32768,
  negs: 4096,
  negLiterals: 7,
  steps: 4096,
  stepCounters: 65536,
  verdictChunk: 1024,
  chainSteps: 28,
} as const;

/** Row classes: value size of each `emptcp_rows` map, smallest first. */
export const ROW_CLASSES = [
  { name: "rows64", size: 64, capacity: 65536 },
  { name: "rows256", size: 256, capacity: 8192 },
  { name: "rows1k", size: 1024, capacity: 2048 },
] as const;

export const ROW_HEADER = 16;
export const ROW_CLASS_SHIFT = 30;

export const FLAG_ONERROR_DROP = 1;
export const FLAG_CONTINUE = 2;

/** struct emptcp_policy: row, first, rank, flags (u32 each). */
export const POLICY_SIZE = 16;

/** struct emptcp_rule. */
export const RULE = {
  size: 40,
  policy: 0,
  row: 4,
  neg: 8,
  id: 12,
  expires: 16,
  packets: 24,
  bytes: 32,
} as const;

/** struct emptcp_table in the entry's rodata. */
export const TABLE_CONFIG = {
  size: 128,
  words: 0,
  family: 1,
  negative: 2,
  direct: 3,
  selectors: 4,
  word: 8,
  mask: 32,
} as const;

/** Indices of `emptcp_counters`. */
export const COUNTERS = {
  rootMissed: 0,
  entryMissed: 1,
  stepMissed: 2,
  mixedGenerations: 3,
  failedSteps: 4,
  againLimit: 5,
  eventsLost: 6,
  traceLost: 7,
} as const;

/** struct emptcp_time: ns, samples, packets, begin (u64 each). */
export const TIME_SIZE = 32;

/** Sizes and offsets of the trace (trace.bpf.h, trace_filter.bpf.h). */
export const TRACE = {
  cpuSize: 24 + 2 * (64 + 2 * 256 + 24),
  filterSize: 104,
  hopSize: 64,
  capture: 256,
} as const;

/** Members of `struct emptcp_verdicts`, u64 each: how a step can end a chain. */
export const VERDICTS = ["drop", "redirect", "pass", "again", "fail", "missed", "other"] as const;

export const COUNTER_SLOTS = 16;

/** First slot of `emptcp_steps` used for steps; those below are the entries of the groups. */
export const FIRST_STEP_SLOT = LIMITS.groups;

/** Rounds up to a multiple of `to`, a power of two. */
export function align(value: number, to: number): number {
  return (value + to - 1) & ~(to - 1);
}
