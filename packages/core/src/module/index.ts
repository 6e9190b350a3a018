export { ModuleCatalog, type CatalogEntry } from "./catalog.js";
export { checkModule, SPOKEN_ABIS, type CoreFacts } from "./compatible.js";
export {
  defineActor,
  defineSelector,
  keyFieldsOf,
  type Actor,
  type ActorDefinition,
  type KeyMember,
  type ModuleDefinition,
  type Selector,
  type SelectorDefinition,
} from "./define.js";
export { discoverModules, readModulePackage, type DiscoverOptions } from "./discover.js";
export type { AddressInput, EndInput, EndpointInput, EndsInput, PortInput } from "./ends.js";
export { checkManifest, parseManifest } from "./manifest.js";
export {
  camelToKebab,
  isKebab,
  kebabToCamel,
  kebabToSnake,
  moduleOfPackage,
  snakeToKebab,
  SYMBOL_LENGTH,
} from "./names.js";
export { objectPath, readModuleObject } from "./object-file.js";
export { FIRST_MODULE_REFUSAL, REFUSALS, refusalName } from "./refusal-names.js";
export * from "./types.js";
