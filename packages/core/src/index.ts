export * from "./engine/index.js";
export * from "./errors.js";
export * from "./inspect/index.js";
export * from "./module/index.js";
export * from "./params/index.js";
export * from "./policy/index.js";
export * from "./values/index.js";
