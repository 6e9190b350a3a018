import { HOOKS, type Manifest } from "../module/types.js";

/** A complete manifest from the parts that matter, for tests: a module of the present ABI that does nothing. */
export function blankManifest(parts: Partial<Manifest> & Pick<Manifest, "kind" | "module">): Manifest {
  return {
    schema: 1,
    name: `@emptcp/${parts.kind}-${parts.module}`,
    version: "0.1.0",
    symbol: parts.module.replaceAll("-", "_"),
    abi: 1,
    core: "^0.1.0",
    description: "For tests.",
    hooks: HOOKS,
    license: "GPL-2.0-only",
    params: [],
    paramsSize: 0,
    maps: [],
    events: [],
    fields: { provides: [], requires: [] },
    powers: [],
    helpers: [],
    kernel: "6.1",
    objects: {},
    ...parts,
  };
}
