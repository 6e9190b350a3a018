import { addressOf, koffi } from "./koffi.js";
import { callLibc, libc } from "./libc.js";
import { interfaceNames, withNetns } from "./netns.js";
import { SystemError } from "./system-error.js";

const IFREQ_SIZE = 40;
const NAME_SIZE = 16;
const SIOCGIFHWADDR = 0x8927;
const SIOCGIFINDEX = 0x8933;
const ENODEV = 19;

/** Hardware types (linux/if_arp.h) whose packets begin with the IP header. */
const LAYER3 = new Set([
  512 /* ppp */, 519 /* rawip */, 65534 /* none: tun, wireguard */, 768 /* ipip */, 769, 776 /* sit */,
  778 /* gre */, 823,
]);

/** A network interface. */
export interface InterfaceInfo {
  readonly name: string;
  readonly ifindex: number;
  /** Packets begin with the IP header, not with an Ethernet header. */
  readonly layer3: boolean;
  /** ARPHRD_* of linux/if_arp.h. */
  readonly hardware: number;
}

/** All interfaces of a namespace, in the kernel's order. @param netns as for `withNetns` */
export function listInterfaces(netns?: string): InterfaceInfo[] {
  return withNetns(netns, () =>
    withSocket((socket) => interfaceNames().flatMap((name) => describe(socket, name) ?? [])),
  );
}

/** One interface by its name. @param netns as for `withNetns` */
export function findInterface(name: string, netns?: string): InterfaceInfo | undefined {
  return withNetns(netns, () => withSocket((socket) => describe(socket, name)));
}

/** Number of an interface. @param netns as for `withNetns` */
export function interfaceIndex(name: string, netns?: string): number | undefined {
  return findInterface(name, netns)?.ifindex;
}

function withSocket<T>(run: (socket: number) => T): T {
  const socket = callLibc("open socket", "socket", 2, 2 | 0o2000000, 0);
  try {
    return run(socket);
  } finally {
    libc("close")(socket);
  }
}

/** `undefined` when the interface is gone. */
function describe(socket: number, name: string): InterfaceInfo | undefined {
  if (name === "" || name.length >= NAME_SIZE) return undefined;
  const request = Buffer.alloc(IFREQ_SIZE);
  const ask = (what: number): boolean => {
    request.fill(0).write(name, "latin1");
    if (Number(libc("ioctl")(socket, what, addressOf(request))) === 0) return true;
    const errno = koffi().errno();
    if (errno === ENODEV) return false;
    throw new SystemError(`read interface ${name}`, errno);
  };
  if (!ask(SIOCGIFINDEX)) return undefined;
  const ifindex = request.readInt32LE(NAME_SIZE);
  if (!ask(SIOCGIFHWADDR)) return undefined;
  const hardware = request.readUInt16LE(NAME_SIZE);
  return { name, ifindex, hardware, layer3: LAYER3.has(hardware) };
}
