import { BpfMap } from "../libbpf/index.js";
import { ActiveCell } from "./active.js";
import { Allocator, ALLOCATOR_BYTES } from "./allocator.js";
import { openConnectionTables } from "./connections.js";
import { COUNTER_SLOTS, HOOKS, LIMITS, POLICY_SIZE, ROW_CLASSES, type PacketHook } from "./layout.js";
import { unpin, type PinDir } from "./pin-dir.js";
import { newVerdictChunk, VerdictCounters } from "./verdict-counters.js";

const MMAPABLE = 1 << 10;
const NO_PREALLOC = 1;

type MapOptions = Parameters<typeof BpfMap.create>[0];

/** Every map that outlives generations, by pin name. */
function definitions(eventBytes: number): MapOptions[] {
  const array = (name: string, valueSize: number, maxEntries: number, flags = 0): MapOptions => ({
    type: "array",
    name,
    keySize: 4,
    valueSize,
    maxEntries,
    flags,
  });
  const perCpu = (name: string, valueSize: number, maxEntries: number): MapOptions => ({
    ...array(name, valueSize, maxEntries),
    type: "percpu_array",
  });
  return [
    array("emptcp_active", 8, 1, MMAPABLE),
    array("emptcp_policies", POLICY_SIZE, 2 * LIMITS.policies, MMAPABLE),
    array("emptcp_negs", 4 + 4 * LIMITS.negLiterals, LIMITS.negs, MMAPABLE),
    array("emptcp_alloc", ALLOCATOR_BYTES, 1, MMAPABLE),
    ...ROW_CLASSES.map((c) => array(`emptcp_${c.name}`, c.size, c.capacity, MMAPABLE)),
    perCpu("emptcp_state", 20, 1),
    perCpu("emptcp_step_count", 8, LIMITS.stepCounters),
    { ...array("emptcp_verdicts", 4, LIMITS.stepCounters / LIMITS.verdictChunk), type: "array_of_maps" },
    perCpu("emptcp_hits", 16, LIMITS.policies),
    perCpu("emptcp_counters", 8, COUNTER_SLOTS),
    {
      type: "percpu_hash",
      name: "emptcp_refusals",
      keySize: 8,
      valueSize: 8,
      maxEntries: 4096,
      flags: NO_PREALLOC,
    },
    { type: "ringbuf", name: "emptcp_events", keySize: 0, valueSize: 0, maxEntries: eventBytes, flags: 0 },
    ...HOOKS.map(
      (hook): MapOptions => ({
        type: "prog_array",
        name: entriesName(hook),
        keySize: 4,
        valueSize: 4,
        maxEntries: LIMITS.programSets * LIMITS.ports,
        flags: 0,
      }),
    ),
  ];
}

/** Pin name of a hook's `emptcp_entries`; kernel names hold 15 characters. */
export function entriesName(hook: PacketHook): string {
  return { xdp: "emptcp_ent_xdp", "tc-ingress": "emptcp_ent_in", "tc-egress": "emptcp_ent_out" }[hook];
}

/** The engine's own maps, opened or created, with the mapped memory of those that are written in place. */
export class CoreMaps {
  readonly #maps = new Map<string, BpfMap>();
  readonly #memory = new Map<string, ArrayBufferLike>();

  private constructor(readonly pins: PinDir) {}

  /** Opens the pinned maps. */
  static open(pins: PinDir): CoreMaps {
    const maps = new CoreMaps(pins);
    for (const { name } of definitions(4096)) maps.open(pins, name);
    openConnectionTables(maps, pins);
    return maps;
  }

  /** Creates and pins what is missing; `emptcp_active` last, since its pin says that the rest is there. */
  static create(pins: PinDir, eventBytes = 1 << 20): CoreMaps {
    const maps = new CoreMaps(pins);
    const [active, ...others] = definitions(eventBytes);
    for (const options of [...others, active]) {
      if (!options) continue;
      unpin(pins.map(options.name)); // of a process that died before it had made all of them
      maps.make(pins, options);
    }
    return maps;
  }

  /** Opens a pinned map besides those that always exist. */
  open(pins: PinDir, name: string): void {
    this.#maps.set(name, BpfMap.fromPin(pins.map(name)));
  }

  /** Creates and pins a map. */
  make(pins: PinDir, options: MapOptions): void {
    using inner = options.type === "array_of_maps" ? newVerdictChunk() : undefined;
    const map = BpfMap.create(inner ? { ...options, innerFd: inner.fd } : options);
    this.#maps.set(options.name, map);
    map.pin(pins.map(options.name));
  }

  get(name: string): BpfMap {
    const map = this.#maps.get(name);
    if (!map) throw new TypeError(`no core map is called ${name}`);
    return map;
  }

  has(name: string): boolean {
    return this.#maps.has(name);
  }

  entries(hook: PacketHook): BpfMap {
    return this.get(entriesName(hook));
  }

  rows(rowClass: number): BpfMap {
    return this.get(`emptcp_${ROW_CLASSES[rowClass]?.name ?? ""}`);
  }

  /** Memory of a mapped map, shared with the kernel and with other processes. */
  memory(name: string): ArrayBufferLike {
    const known = this.#memory.get(name);
    if (known) return known;
    const memory = this.get(name).mmap({ writable: true });
    this.#memory.set(name, memory);
    return memory;
  }

  get active(): ActiveCell {
    return new ActiveCell(this.memory("emptcp_active"));
  }

  #verdicts: VerdictCounters | undefined;
  get verdicts(): VerdictCounters {
    this.#verdicts ??= new VerdictCounters(this.get("emptcp_verdicts"), this.pins);
    return this.#verdicts;
  }

  #allocator: Allocator | undefined;
  get allocator(): Allocator {
    this.#allocator ??= new Allocator(this.memory("emptcp_alloc"));
    return this.#allocator;
  }

  close(): void {
    this.#verdicts?.close();
    this.#verdicts = undefined;
    for (const map of this.#maps.values()) map.close();
    this.#maps.clear();
    this.#memory.clear();
  }
}
