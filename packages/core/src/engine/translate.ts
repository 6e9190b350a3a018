import { EmptcpError, emptcpError, fail } from "../errors.js";
import {
  features,
  isSystemError,
  kernelVersion,
  LibraryError,
  missingCapabilities,
  type Feature,
} from "../libbpf/index.js";
import { accessError } from "./access-error.js";

/** What the engine cannot do without; the rest has a fallback, or is asked for where it is needed. */
const NEEDED: readonly Feature[] = [
  features.ringbuf,
  features.mmapableArray,
  features.mapBatch,
  features.membarrier,
];

/**
 * Refuses a kernel that lacks something the engine needs.
 *
 * @throws ERR_EMPTCP_FEATURE naming the feature and the first kernel that has it
 */
export function requireFeatures(needed: readonly Feature[] = NEEDED): void {
  for (const feature of needed) {
    if (feature.supported()) continue;
    fail("ERR_EMPTCP_FEATURE", {
      what: "start the engine",
      feature: feature.name,
      since: feature.since,
      kernel: kernelVersion().join("."),
      way: `run Linux ${feature.since} or newer, or a kernel with this feature built in`,
    });
  }
}

/** What this process lacks of all it takes; CAP_SYS_ADMIN, which few operations need, only when it lacks nothing else. */
function lacking(): string[] {
  const usual = missingCapabilities(["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"]);
  return usual.length > 0 ? usual : missingCapabilities(["CAP_SYS_ADMIN"]);
}

/** An error of the libbpf layer as users know it: with a code, and what to do; others as they are. */
export function translate(error: unknown, missing: readonly string[] = lacking()): unknown {
  if (error instanceof EmptcpError) return error;
  const refusal = accessError(error);
  if (refusal) return refusal;
  if (error instanceof LibraryError) {
    return emptcpError("ERR_EMPTCP_LIBBPF", { reason: error.message }, { cause: error });
  }
  if (!isSystemError(error)) return error;
  if (error.code === "EACCES") {
    return emptcpError(
      "ERR_EMPTCP_ACCESS",
      { what: error.step, uid: process.geteuid?.() ?? -1 },
      { cause: error },
    );
  }
  if (error.code === "EPERM" && missing.length > 0) {
    const capability = missing.join(", ");
    return emptcpError("ERR_EMPTCP_CAPABILITY", { what: error.step, capability }, { cause: error });
  }
  return emptcpError("ERR_EMPTCP_SYSTEM", { what: error.step, errno: error.code }, { cause: error });
}
