import type { BpfMap } from "../libbpf/index.js";
import { BpfObject } from "../libbpf/index.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { CoreMaps } from "./core-maps.js";
import { loadProgram } from "./load.js";
import { type PacketHook } from "./layout.js";
import type { ModuleMaps } from "./module-maps.js";
import type { Objects } from "./objects.js";
import type { StepInstance } from "./sequences.js";

/** What the programs of one program set have in common. */
export interface SetContext {
  readonly maps: CoreMaps;
  readonly moduleMaps: ModuleMaps;
  readonly objects: Objects;
  readonly catalog: ModuleCatalog;
  readonly generation: number;
  /** Slots of the first steps of this hook's chains, those of the best ranks first. */
  readonly first: readonly number[];
  /** Stamp every packet with the generation and count programs that see another one. */
  readonly stamp: boolean;
}

/** Loads one step program and puts it into its slot. */
export function loadStep(context: SetContext, hook: PacketHook, steps: BpfMap, instance: StepInstance): void {
  const { bytes } = context.objects.step(instance.package, hook);
  const symbol = context.catalog.get(instance.package)?.manifest.symbol ?? "empty";
  using object = BpfObject.open(bytes, { name: symbol });
  object.setRodata("emptcp_next", instance.next);
  object.setRodata("emptcp_param_off", instance.paramOffset);
  object.setRodata("emptcp_position", instance.position);
  object.setRodata("emptcp_generation", context.generation);
  object.setRodata("emptcp_stamp", context.stamp ? 1 : 0);
  bindCoreMaps(object, context, hook, steps, instance.rowClass);
  context.moduleMaps.bind(object, instance.package, bytes);
  const program = loadProgram(object, symbol, instance.module, hook);
  context.moduleMaps.adopt(object, instance.package);
  setSlot(steps, instance.slot, program.fd);
}

/** Binds the SDK's maps that an object declares to the engine's. */
export function bindCoreMaps(
  object: BpfObject,
  context: SetContext,
  hook: PacketHook,
  steps: BpfMap,
  rowClass: number,
): void {
  for (const map of object.maps()) {
    const own = coreMap(map.name, context.maps, hook, steps, rowClass);
    if (own) map.reuseFd(own.fd);
  }
}

function coreMap(
  name: string,
  maps: CoreMaps,
  hook: PacketHook,
  steps: BpfMap,
  rowClass: number,
): BpfMap | undefined {
  switch (name) {
    case "emptcp_steps":
      return steps;
    case "emptcp_entries":
      return maps.entries(hook);
    case "emptcp_rows":
      return maps.rows(rowClass);
    default:
      return maps.has(name) ? maps.get(name) : undefined;
  }
}

/** Stores a program in a slot of a prog array. */
export function setSlot(array: BpfMap, slot: number, fd: number): void {
  const key = Buffer.alloc(4);
  const value = Buffer.alloc(4);
  key.writeUInt32LE(slot);
  value.writeUInt32LE(fd);
  array.update(key, value);
}
