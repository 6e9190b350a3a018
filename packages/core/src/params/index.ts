export * from "./factories.js";
export { checkParams, parseParams, type ParamSchema, type ParsedParams } from "./check.js";
export { decodeParams, encodeParams } from "./encode.js";
export { kindOf, paramAlign, paramSchema, paramSize } from "./kinds.js";
export { paramsSchema } from "./schema.js";
export { formatAddress, parseAddress, type Address } from "./address.js";
export { formatPrefix, parsePrefix, type Prefix } from "./prefix-text.js";
export { formatPorts, parsePorts, type PortRange } from "./port-set.js";
export {
  PARAM_KINDS,
  ParamRefusal,
  type EncodeEnv,
  type Json,
  type ParamDescriptor,
  type ParamKind,
  type ParamKindName,
} from "./types.js";
