import { fail } from "../errors.js";
import { BpfMap } from "../libbpf/index.js";
import { readModuleObject } from "../module/object-file.js";
import type { Hook } from "../module/types.js";
import { listNames, suggest } from "../text.js";
import { EventStream } from "./events/stream.js";
import type { EngineEvent, EventOptions } from "./events/types.js";
import type { ModuleRecord } from "./manifest.js";
import { typesOf } from "./maps/map-types.js";
import { TypedMap, type MapOpenOptions } from "./maps/typed-map.js";
import type { EngineState } from "./state.js";
import { translate } from "./translate.js";

/** Maps and events of a module, as `dist/types.d.ts` of its package declares them (`Types`). */
export interface ModuleTypes {
  readonly maps: object;
  readonly events: object;
}

type Named<T> = Extract<keyof T, string>;
type KeyOf<T> = T extends { readonly key: infer K } ? K : never;
type ValueOf<T> = T extends { readonly value: infer V } ? V : never;

/** Every event of a module, told apart by `event`. */
export type EventOf<T extends ModuleTypes> = {
  [N in Named<T["events"]>]: EngineEvent<N, T["events"][N]>;
}[Named<T["events"]>];

/** A module that runs: its maps and its events. */
export class ModuleHandle<T extends ModuleTypes = ModuleTypes> {
  readonly #state: EngineState;
  readonly #record: ModuleRecord;

  /** @throws ERR_EMPTCP_UNKNOWN_MODULE when no running policy uses it */
  constructor(state: EngineState, name: string) {
    this.#state = state;
    const { modules } = state.manifest();
    const found = modules.find((m) => m.package === name) ?? modules.find((m) => m.name === name);
    if (!found) {
      const names = modules.map((m) => m.name);
      const where = `, and no policy runs it`;
      fail("ERR_EMPTCP_UNKNOWN_MODULE", { module: name, where, suggestion: suggest(name, names) });
    }
    this.#record = found;
  }

  get name(): string {
    return this.#record.name;
  }

  /** What runs, which may differ from what is installed. */
  get version(): string {
    return this.#record.version;
  }

  get package(): string {
    return this.#record.package;
  }

  /** Names of its maps. */
  maps(): readonly string[] {
    return this.#record.maps;
  }

  /**
   * Opens one of its maps, for reading unless told otherwise. The caller closes it.
   *
   * @param name as in C; the module's own prefix may be left out (`flows` for `record_flows`)
   * @throws ERR_EMPTCP_UNKNOWN_MAP, ERR_EMPTCP_CAPABILITY: reading types from the kernel takes CAP_SYS_ADMIN
   */
  map<N extends Named<T["maps"]>>(
    name: N,
    options?: MapOpenOptions,
  ): TypedMap<KeyOf<T["maps"][N]>, ValueOf<T["maps"][N]>>;
  map(name: string, options?: MapOpenOptions): TypedMap;
  map(name: string, options: MapOpenOptions = {}): unknown {
    const { maps, package: owner, name: module } = this.#record;
    const prefixed = `${module.replaceAll("-", "_")}_${name}`;
    const full = [name, prefixed].find((n) => maps.includes(n));
    if (full === undefined) {
      const known = listNames(maps) || "none";
      return fail("ERR_EMPTCP_UNKNOWN_MAP", { map: name, module, known, suggestion: suggest(name, maps) });
    }
    const path = this.#state.pins.moduleMap(owner, full);
    let raw: BpfMap | undefined;
    try {
      raw = BpfMap.fromPin(path, { readOnly: !(options.writable ?? false) });
      const types = typesOf(raw, full, () => this.#object());
      return new TypedMap(raw, { module, name: full }, types, options);
    } catch (error) {
      raw?.close();
      throw translate(error);
    }
  }

  /** Its events; see `engine.events`. */
  events(options: Omit<EventOptions, "module"> = {}): EventStream<EventOf<T>> {
    return new EventStream<EventOf<T>>(this.#state, { ...options, module: this.package });
  }

  /** The object that was loaded, if the package that has it is still there. */
  #object(): Uint8Array | undefined {
    const installed = this.#state.catalog.get(this.package);
    const [hook] = Object.entries(this.#record.objects).find(
      ([h, sha256]) => installed?.manifest.objects[h as Hook]?.sha256 === sha256,
    ) ?? [undefined];
    return installed && hook !== undefined ? readModuleObject(installed, hook as Hook) : undefined;
  }
}
