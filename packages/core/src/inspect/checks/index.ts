import type { Check } from "../types.js";
import { bpffs } from "./bpffs.js";
import { capabilities } from "./capabilities.js";
import { drift } from "./drift.js";
import { engine } from "./engine.js";
import { foreign } from "./foreign.js";
import { interfaces } from "./interfaces.js";
import { jit } from "./jit.js";
import { kernel } from "./kernel.js";
import { leftovers } from "./leftovers.js";
import { libbpf } from "./libbpf.js";
import { memlock } from "./memlock.js";
import { modules } from "./modules.js";
import { mptcp } from "./mptcp.js";
import { offloads } from "./offloads.js";

/** Every check, in the order in which findings are shown. */
export const checks: readonly Check[] = [
  kernel,
  libbpf,
  bpffs,
  memlock,
  jit,
  capabilities,
  interfaces,
  offloads,
  foreign,
  mptcp,
  modules,
  engine,
  drift,
  leftovers,
];
