export { decodeValue } from "./decode.js";
export { encodeValue, type ValueProblem } from "./encode.js";
export { valueTypeOf } from "./from-btf.js";
export type * from "./types.js";
export { typeScriptOf } from "./typescript.js";
