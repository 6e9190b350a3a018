import { isSystemError } from "../../libbpf/index.js";
import { attribute, attributes } from "./attributes.js";
import { askGeneric } from "./generic.js";

const DEV_GET = 1;
const IFINDEX = 1;
const XDP_FEATURES = 3;
const RX_METADATA = 5;
const BASIC = 1;
const RX_FRAGS = 32;

/** What the driver of an interface says about XDP (family `netdev`, Linux 6.3). */
export interface XdpFeatures {
  /** Programs run in the driver. */
  readonly native: boolean;
  /** Packets in several buffers reach them. */
  readonly frags: boolean;
  /** Hints of the card reach them (timestamp, hash). */
  readonly hints: boolean;
}

/** Undefined when the kernel cannot tell, or the interface is gone. */
export function xdpFeatures(ifindex: number): XdpFeatures | undefined {
  try {
    const [answer] = askGeneric("netdev", DEV_GET, [attribute(IFINDEX, ifindex)]) ?? [];
    if (!answer) return undefined;
    const found = attributes(answer);
    const bits = found.get(XDP_FEATURES)?.readUInt32LE() ?? 0;
    const hints = (found.get(RX_METADATA)?.readUInt32LE() ?? 0) !== 0;
    return { native: (bits & BASIC) !== 0, frags: (bits & RX_FRAGS) !== 0, hints };
  } catch (error) {
    if (isSystemError(error, "ENODEV")) return undefined;
    throw error;
  }
}
