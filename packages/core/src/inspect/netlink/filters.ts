import { isSystemError, NETLINK, netlink, type Direction } from "../../libbpf/index.js";
import { attributes, textOf } from "./attributes.js";

const GET_FILTER = 46;
const GET_QDISC = 38;
const TCMSG = 20;
const KIND = 1;
const OPTIONS = 2;
const BPF_NAME = 7;
const BPF_ID = 11;
const PARENTS = { ingress: 0xffff_fff2, egress: 0xffff_fff3 } as const;

/** A BPF filter on clsact. */
export interface ClsactFilter {
  readonly direction: Direction;
  readonly handle: number;
  readonly priority: number;
  readonly name: string;
  readonly progId: number;
}

function dump(step: string, type: number, ifindex: number, parent: number): Buffer[] {
  const body = Buffer.alloc(TCMSG);
  body.writeInt32LE(ifindex, 4);
  body.writeUInt32LE(parent, 12);
  return netlink(step, { protocol: NETLINK.route, type, body, dump: true });
}

/** Whether an interface of the present namespace has the clsact qdisc. */
export function hasClsact(ifindex: number): boolean {
  return dump(`list qdiscs of ifindex ${ifindex}`, GET_QDISC, ifindex, 0).some(
    (m) => m.readInt32LE(4) === ifindex && textOf(attributes(m.subarray(TCMSG)).get(KIND)) === "clsact",
  );
}

/** BPF filters on clsact of an interface of the present namespace; empty when it is gone. */
export function clsactFilters(ifindex: number): ClsactFilter[] {
  try {
    if (!hasClsact(ifindex)) return [];
    return (["ingress", "egress"] as const).flatMap((direction) =>
      dump(`list filters of ifindex ${ifindex}`, GET_FILTER, ifindex, PARENTS[direction]).flatMap((m) =>
        filterIn(m, direction),
      ),
    );
  } catch (error) {
    if (isSystemError(error, "ENODEV", "EINVAL")) return [];
    throw error;
  }
}

function filterIn(message: Buffer, direction: Direction): ClsactFilter[] {
  const found = attributes(message.subarray(TCMSG));
  const options = found.get(OPTIONS);
  if (textOf(found.get(KIND)) !== "bpf" || !options) return [];
  const inner = attributes(options);
  const progId = inner.get(BPF_ID)?.readUInt32LE();
  if (progId === undefined) return [];
  const [handle, priority] = [message.readUInt32LE(8), message.readUInt32LE(16) >>> 16];
  return [{ direction, handle, priority, name: textOf(inner.get(BPF_NAME)), progId }];
}
