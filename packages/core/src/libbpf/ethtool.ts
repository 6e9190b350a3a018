import { addressOf, koffi } from "./koffi.js";
import { callLibc, libc } from "./libc.js";
import { SystemError } from "./system-error.js";

const SIOCETHTOOL = 0x8946;
const IFREQ_SIZE = 40;
const NAME_SIZE = 16;
const GDRVINFO = 0x03;
const DRVINFO_SIZE = 196;
const GFLAGS = 0x25;
const LRO = 1 << 15;

/** Commands that read one word, by offload. */
const WORDS = { rxChecksum: 0x14, txChecksum: 0x16, tso: 0x1e, gso: 0x23, gro: 0x2b } as const;

/** What the network stack and the card do for an interface, as far as it is asked. */
export type Offloads = Readonly<Record<keyof typeof WORDS | "lro", boolean>>;

/** Name of an interface's driver, in the present network namespace; undefined when it tells none. */
export function driverOf(name: string): string | undefined {
  const info = Buffer.alloc(DRVINFO_SIZE);
  info.writeUInt32LE(GDRVINFO, 0);
  if (!ask(name, info)) return undefined;
  const end = info.indexOf(0, 4);
  return info.toString("latin1", 4, Math.min(end, 36)) || undefined;
}

/** Offloads of an interface, in the present network namespace; undefined when it is gone. */
export function offloadsOf(name: string): Offloads | undefined {
  const word = (command: number): number | undefined => {
    const value = Buffer.alloc(8);
    value.writeUInt32LE(command, 0);
    return ask(name, value) ? value.readUInt32LE(4) : undefined;
  };
  const flags = word(GFLAGS);
  if (flags === undefined) return undefined;
  const entries = Object.entries(WORDS).map(([offload, command]) => [offload, (word(command) ?? 0) !== 0]);
  return {
    ...(Object.fromEntries(entries) as Record<keyof typeof WORDS, boolean>),
    lro: (flags & LRO) !== 0,
  };
}

/** Sends an ethtool command; false when the interface does not know it, or is gone. */
function ask(name: string, value: Buffer): boolean {
  const request = Buffer.alloc(IFREQ_SIZE);
  request.write(name.slice(0, NAME_SIZE - 1), "latin1");
  request.writeBigUInt64LE(addressOf(value), NAME_SIZE);
  const socket = callLibc("open socket", "socket", 2, 2 | 0o2000000, 0);
  try {
    if (Number(libc("ioctl")(socket, SIOCETHTOOL, addressOf(request))) === 0) return true;
    const errno = koffi().errno();
    // ENODEV, EOPNOTSUPP, EINVAL: gone, or a command that this device does not have
    if ([19, 95, 22].includes(errno)) return false;
    throw new SystemError(`ask interface ${name} by ethtool`, errno);
  } finally {
    libc("close")(socket);
  }
}
