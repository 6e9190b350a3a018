export { buildPackage, type BuildOptions, type BuildResult } from "./build-package.js";
export { clangFlags, compile, type CompileJob } from "./clang.js";
export { describeObject, type Layout, type ObjectDescription } from "./describe.js";
export { helpersOf } from "./helpers.js";
export { includeDirectory } from "./paths.js";
export { sizeOf, type ObjectSize } from "./sizes.js";
export { verifyModule } from "./verify.js";
