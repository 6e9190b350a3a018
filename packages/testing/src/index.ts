export * from "./contract/index.js";
export * from "./dissect/index.js";
export * from "./matchers/index.js";
export * from "./packet/index.js";
export * from "./run/index.js";
export * from "./workshop/index.js";
