import type { BpfObject } from "../libbpf/index.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { EmitterRecord } from "./emitters.js";
import type { FieldOffsets } from "./field-offsets.js";
import type { Instrument } from "./instrument.js";

/** What programs of modules are told besides their place in a chain. */
export interface ModuleFacts {
  readonly catalog: ModuleCatalog;
  readonly emitters: readonly EmitterRecord[];
  readonly fields: FieldOffsets;
  readonly instrument: Pick<Instrument, "log">;
}

/**
 * Sets the constants that a module's object has where it uses events, messages or fields.
 *
 * @param name its package
 * @param prefix what linking put before the names
 */
export function setModuleConstants(object: BpfObject, facts: ModuleFacts, name: string, prefix = ""): void {
  const set = (constant: string, value: number): void => {
    if (object.hasRodata(prefix + constant)) object.setRodata(prefix + constant, value);
  };
  set("emptcp_module_number", facts.emitters.find((e) => e.package === name)?.number ?? 0);
  set("emptcp_log_on", facts.instrument.log ? 1 : 0);
  for (const [constant, offset] of facts.fields.constants(facts.catalog, name)) set(constant, offset);
}
