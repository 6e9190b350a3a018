import type { BpfMap } from "../libbpf/index.js";
import { BpfObject } from "../libbpf/index.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { CoreMaps } from "./core-maps.js";
import { loadProgram } from "./load.js";
import { type PacketHook } from "./layout.js";
import { INSTRUMENT_MAPS, type InstrumentMaps } from "./instrument-maps.js";
import type { Instrument } from "./instrument.js";
import { setModuleConstants, type ModuleFacts } from "./module-constants.js";
import type { ModuleMaps } from "./module-maps.js";
import type { Objects } from "./objects.js";
import type { StepInstance } from "./sequences.js";

/** What the programs of one program set have in common. */
export interface SetContext extends ModuleFacts {
  readonly maps: CoreMaps;
  readonly moduleMaps: ModuleMaps;
  readonly objects: Objects;
  readonly catalog: ModuleCatalog;
  readonly generation: number;
  /** Slots of the first steps of this hook's chains, those of the best ranks first. */
  readonly first: readonly number[];
  /** What programs tell beside their own work, and the maps that it needs. */
  readonly instrument: Instrument;
  readonly instruments: InstrumentMaps;
  /** Stamp every packet with the generation and count programs that see another one. */
  readonly stamp: boolean;
  /** Entries learn from handshakes. */
  readonly learns: boolean;
}

/** Loads one step program and puts it into its slot. */
export function loadStep(context: SetContext, hook: PacketHook, steps: BpfMap, instance: StepInstance): void {
  const file = context.objects.step(instance.package, hook);
  const symbol = context.catalog.get(instance.package)?.manifest.symbol ?? "empty";
  using object = BpfObject.open(file.bytes, { name: symbol });
  object.setRodata("emptcp_next", instance.next);
  object.setRodata("emptcp_param_off", instance.paramOffset);
  object.setRodata("emptcp_position", instance.position);
  object.setRodata("emptcp_generation", context.generation);
  object.setRodata("emptcp_stamp", context.stamp ? 1 : 0);
  setModuleConstants(object, context, instance.package);
  bindCoreMaps(object, context, hook, steps, instance.rowClass);
  context.moduleMaps.bind(object, instance.package, file);
  const program = loadProgram(object, chooseProgram(object, context, symbol), instance.module, hook);
  context.moduleMaps.adopt(object, instance.package);
  setSlot(steps, instance.slot, program.fd);
}

/**
 * Which of an object's two programs to load: the one with probes while a profile or a trace runs. Sets its constants.
 *
 * @returns its name
 */
export function chooseProgram(
  object: BpfObject,
  { instrument }: Pick<SetContext, "instrument">,
  symbol: string,
): string {
  const probed = `${symbol}__probed`;
  if (instrument.profile === 0 && !instrument.trace) return symbol;
  if (!object.programs().some((p) => p.name === probed)) return symbol; // built with an SDK that has none
  object.setRodata("emptcp_profile", instrument.profile);
  object.setRodata("emptcp_trace", instrument.trace ? 1 : 0);
  return probed;
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
    const own = context.instruments.get(map.name) ?? coreMap(map.name, context.maps, hook, steps, rowClass);
    if (own) map.reuseFd(own.fd);
    else if (INSTRUMENT_MAPS.has(map.name)) map.setAutocreate(false);
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
