import { BpfMap, type BpfProgram } from "@emptcp/core/libbpf";
import { openBench } from "../lib/compile.js";
import { keys, keySize, VALUE_SIZE, type FlowModule } from "../lib/flows.js";
import type { Held } from "../lib/held.js";
import type { BenchHook } from "../lib/hooks.js";

const NO_PREALLOC = 1;

/** A program that does nothing but look a flow up, in a hash of the kind that rules are in, filled with the same keys. */
export function bareLookup(held: Held, hook: BenchHook, module: FlowModule, count: number, capacity: number): BpfProgram {
  const size = keySize(module);
  const table = held.add(
    BpfMap.create({ type: "hash", name: "bench_bare", keySize: size, valueSize: VALUE_SIZE, maxEntries: capacity, flags: NO_PREALLOC }),
  );
  const added = table.updateBatch(keys(module, count), Buffer.alloc(VALUE_SIZE * count), count);
  if (added !== count) throw new Error(`fill the bare table: ${added} of ${count} flows went in`);
  const object = held.add(openBench("flows", hook));
  object.program("flow").setAutoload(false);
  object.map("bench_table").reuseFd(table.fd);
  object.load();
  return held.add(object.program("lookup").program());
}
