import { BpfMap, type BpfProgram } from "@emptcp/core/libbpf";
import { openBench } from "../lib/compile.js";
import { keys, keySize, VALUE_SIZE, type FlowModule } from "../lib/flows.js";
import type { Held } from "../lib/held.js";
import type { BenchHook } from "../lib/hooks.js";
import { setSlot } from "../lib/maps.js";

/** What the bare table has in common with that of the rules. */
export interface TableKind {
  /** Flows in it. */
  readonly count: number;
  readonly capacity: number;
  /** BPF_F_NO_PREALLOC or nothing. */
  readonly flags: number;
}

/** Programs that look a flow up, in a hash of the kind that rules are in, filled with the same keys. */
export interface BareLookup {
  /** Does nothing else. */
  readonly alone: BpfProgram;
  /** Goes on to another program, with flow 0. */
  readonly before: BpfProgram;
}

/** @param next what `before` goes on to */
export function bareLookup(
  held: Held,
  hook: BenchHook,
  module: FlowModule,
  { count, capacity, flags }: TableKind,
  next: BpfProgram,
): BareLookup {
  const size = keySize(module);
  const table = held.add(
    BpfMap.create({
      type: "hash",
      name: "bench_bare",
      keySize: size,
      valueSize: VALUE_SIZE,
      maxEntries: capacity,
      flags,
    }),
  );
  const added = table.updateBatch(keys(module, count), Buffer.alloc(VALUE_SIZE * count), count);
  if (added !== count) throw new Error(`fill the bare table: ${added} of ${count} flows went in`);
  const object = held.add(openBench("flows", hook, { bench_ports: module === "subflow" ? 1 : 0 }));
  object.program("flow").setAutoload(false);
  object.map("bench_table").reuseFd(table.fd);
  object.load();
  setSlot(object.map("bench_next"), 0, next);
  const program = (name: string): BpfProgram => held.add(object.program(name).program());
  return { alone: program("lookup"), before: program("lookup_then") };
}
