import { addressOf } from "./koffi.js";
import { callLibc, libc } from "./libc.js";
import { SystemError } from "./system-error.js";

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const MSG_DONTWAIT = 0x40;
const HEADER = 16;
const RECEIVE = 65536;
const F_REQUEST = 1;
const F_ACK = 4;
const F_DUMP = 0x300;
const TYPE_ERROR = 2;
const TYPE_DONE = 3;

/** Protocols of netlink sockets. */
export const NETLINK = { route: 0, generic: 16 } as const;

/** One question to the kernel. */
export interface NetlinkRequest {
  readonly protocol: (typeof NETLINK)[keyof typeof NETLINK];
  readonly type: number;
  /** What follows the netlink header. */
  readonly body: Uint8Array;
  /** Ask for all there is instead of for one thing. */
  readonly dump?: boolean;
}

/**
 * Asks the kernel over netlink, in the present network namespace of the main thread.
 *
 * @param step what is tried, for the error
 * @returns what followed the header of each answer
 * @throws SystemError with what the kernel said
 */
export function netlink(step: string, request: NetlinkRequest): Buffer[] {
  const { protocol, type, body, dump = false } = request;
  const socket = callLibc("open netlink socket", "socket", AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
  try {
    const message = Buffer.alloc(HEADER + body.length);
    message.writeUInt32LE(message.length, 0);
    message.writeUInt16LE(type, 4);
    message.writeUInt16LE(F_REQUEST | (dump ? F_DUMP : F_ACK), 6);
    message.writeUInt32LE(1, 8);
    message.set(body, HEADER);
    callLibc(step, "send", socket, addressOf(message), message.length, 0);
    return answers(step, socket);
  } finally {
    libc("close")(socket);
  }
}

function answers(step: string, socket: number): Buffer[] {
  const found: Buffer[] = [];
  const data = Buffer.alloc(RECEIVE);
  for (;;) {
    // The kernel has answered when send returns; waiting would only hide that it has not.
    const length = callLibc(step, "recv", socket, addressOf(data), data.length, MSG_DONTWAIT);
    for (let at = 0; at + HEADER <= length; ) {
      const size = data.readUInt32LE(at);
      const type = data.readUInt16LE(at + 4);
      if (size < HEADER || at + size > length) throw new SystemError(`${step}: read the answer`, 74);
      if (type === TYPE_ERROR || type === TYPE_DONE) {
        const error = size >= HEADER + 4 ? data.readInt32LE(at + HEADER) : 0;
        if (error < 0) throw new SystemError(step, -error);
        return found;
      }
      found.push(Buffer.from(data.subarray(at + HEADER, at + size)));
      at += (size + 3) & ~3;
    }
  }
}
