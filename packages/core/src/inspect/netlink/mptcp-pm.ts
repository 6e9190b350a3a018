import { isIPv4 } from "node:net";
import { attributeList, attributes } from "./attributes.js";
import { askGeneric } from "./generic.js";

const FAMILY = "mptcp_pm";
const GET_ADDR = 3;
const GET_LIMITS = 6;
const ATTR = { addr: 1, rcvAddAddrs: 2, subflows: 3 } as const;
const ADDR = { id: 2, v4: 3, v6: 4, port: 5, flags: 6, ifindex: 7 } as const;
const FLAGS = ["signal", "subflow", "backup", "fullmesh", "implicit"] as const;

/** An endpoint of the in-kernel path manager. */
export interface MptcpEndpoint {
  readonly id: number;
  readonly address: string;
  readonly flags: readonly string[];
  /** 0: none was named. */
  readonly ifindex: number;
}

/** Limits of the in-kernel path manager of a namespace. */
export interface MptcpLimits {
  /** Subflows besides the first one. */
  readonly subflows: number;
  /** ADD_ADDR of the other end that are acted on. */
  readonly addAddrAccepted: number;
}

/** Undefined when the kernel has no in-kernel path manager. */
export function mptcpLimits(): MptcpLimits | undefined {
  const [answer] = askGeneric(FAMILY, GET_LIMITS) ?? [];
  if (!answer) return undefined;
  const found = attributes(answer);
  const word = (type: number): number => found.get(type)?.readUInt32LE() ?? 0;
  return { subflows: word(ATTR.subflows), addAddrAccepted: word(ATTR.rcvAddAddrs) };
}

/** Endpoints of the present namespace. */
export function mptcpEndpoints(): MptcpEndpoint[] {
  return (askGeneric(FAMILY, GET_ADDR, [], true) ?? []).flatMap((answer) =>
    attributeList(answer)
      .filter(({ type }) => type === ATTR.addr)
      .map(({ value }) => endpoint(value)),
  );
}

function endpoint(bytes: Buffer): MptcpEndpoint {
  const found = attributes(bytes);
  const flags = found.get(ADDR.flags)?.readUInt32LE() ?? 0;
  const address = found.get(ADDR.v4) ?? found.get(ADDR.v6);
  return {
    id: found.get(ADDR.id)?.readUInt8() ?? 0,
    address: address === undefined ? "" : addressText(address),
    flags: FLAGS.filter((_, i) => (flags & (1 << i)) !== 0),
    ifindex: found.get(ADDR.ifindex)?.readInt32LE() ?? 0,
  };
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  const words = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(":");
  const short = new URL(`http://[${words}]`).hostname.slice(1, -1);
  return isIPv4(short) ? `::ffff:${short}` : short;
}
