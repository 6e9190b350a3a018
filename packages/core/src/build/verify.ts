import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadProgram } from "../engine/load.js";
import { BpfObject } from "../libbpf/index.js";
import type { Hook } from "../module/types.js";
import type { BuildResult } from "./build-package.js";

/**
 * Lets the kernel's verifier look at every object of a module and unloads it again; nothing is attached.
 *
 * @throws ERR_EMPTCP_VERIFIER with the telling lines of the log and what to do, for the first hook that is refused
 */
export function verifyModule({ dir, manifest }: Pick<BuildResult, "dir" | "manifest">): void {
  for (const hook of manifest?.hooks ?? []) verifyObject(dir, hook, manifest?.symbol ?? "", manifest?.module);
}

function verifyObject(dir: string, hook: Hook, symbol: string, module = symbol): void {
  const bytes = readFileSync(join(dir, "dist", `${symbol}.${hook}.bpf.o`));
  using object = BpfObject.open(bytes, { name: symbol });
  // as a step that has another one behind it, so that the way there is verified too
  if (object.hasRodata("emptcp_next")) object.setRodata("emptcp_next", 1);
  loadProgram(object, symbol, module, hook);
}
