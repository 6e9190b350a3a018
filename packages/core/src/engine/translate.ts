import { EmptcpError, emptcpError, fail } from "../errors.js";
import {
  features,
  isSystemError,
  kernelVersion,
  LibraryError,
  missingCapabilities,
  type Feature,
} from "../libbpf/index.js";

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

/** An error of the libbpf layer as users know it: with a code, and what to do; others as they are. */
export function translate(error: unknown, missing: readonly string[] = missingCapabilities()): unknown {
  if (error instanceof EmptcpError) return error;
  if (error instanceof LibraryError) {
    return emptcpError("ERR_EMPTCP_LIBBPF", { reason: error.message }, { cause: error });
  }
  if (!isSystemError(error)) return error;
  const refused = error.code === "EPERM" || error.code === "EACCES";
  if (refused && missing.length > 0) {
    const capability = missing.join(", ");
    return emptcpError("ERR_EMPTCP_CAPABILITY", { what: error.step, capability }, { cause: error });
  }
  return emptcpError("ERR_EMPTCP_SYSTEM", { what: error.step, errno: error.code }, { cause: error });
}
