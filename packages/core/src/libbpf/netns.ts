import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { addressOf } from "./koffi.js";
import { callLibc, libc } from "./libc.js";

const CLONE_NEWNET = 0x4000_0000;
const SOL_SOCKET = 1;
const SO_NETNS_COOKIE = 71;
const NAMED = "/run/netns";

/** Path of a namespace: names are those of `ip netns`, what has a slash is a path. @throws TypeError for empty names */
export function netnsPath(netns: string | undefined): string {
  if (netns === undefined) return "/proc/self/ns/net";
  if (netns === "" || netns === "." || netns === ".." || netns.includes("\0"))
    throw new TypeError(`use network namespace: "${netns}" is not a name`);
  return netns.includes("/") ? netns : `${NAMED}/${netns}`;
}

/**
 * Runs a function with the main thread in a network namespace. It must be synchronous: asynchronous work
 * would run elsewhere (libuv's threads stay at home), so a function that returns a promise is an error.
 *
 * @param netns name in /run/netns, a path, or `undefined` for where the process is
 * @throws Error ENOENT when there is no such namespace; TypeError for a promise; SystemError without CAP_SYS_ADMIN
 */
export function withNetns<T>(netns: string | undefined, run: () => T): T {
  if (netns === undefined) return refusePromise(run());
  const target = openSync(netnsPath(netns), "r");
  let home: number | undefined;
  try {
    home = openSync("/proc/thread-self/ns/net", "r");
    callLibc(`enter network namespace ${netns}`, "setns", target, CLONE_NEWNET);
    try {
      return refusePromise(run());
    } finally {
      // staying in a foreign namespace would misdirect everything that follows
      if (Number(libc("setns")(home, CLONE_NEWNET)) !== 0) {
        process.stderr.write(`emptcp: cannot return from network namespace ${netns}\n`);
        process.abort();
      }
    }
  } finally {
    closeSync(target);
    if (home !== undefined) closeSync(home);
  }
}

function refusePromise<T>(result: T): T {
  if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") {
    throw new TypeError("run in network namespace: the function returned a promise; it must be synchronous");
  }
  return result;
}

/** Inode of a namespace, the same for all who are in it. */
export function netnsInode(netns?: string): number {
  return statSync(netnsPath(netns)).ino;
}

/** Cookie of a namespace, never used twice while the kernel runs (Linux 5.14). */
export function netnsCookie(netns?: string): bigint {
  return withNetns(netns, () => {
    const socket = callLibc("open socket", "socket", 2, 2 | 0o2000000, 0);
    try {
      const cookie = Buffer.alloc(8);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(8);
      callLibc(
        "read network namespace cookie",
        "getsockopt",
        socket,
        SOL_SOCKET,
        SO_NETNS_COOKIE,
        addressOf(cookie),
        addressOf(size),
      );
      return cookie.readBigUInt64LE();
    } finally {
      libc("close")(socket);
    }
  });
}

/** Named namespaces, sorted; left-over names that stand for no namespace are not among them. */
export function listNamespaces(): string[] {
  let names: string[];
  try {
    names = readdirSync(NAMED);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const device = statSync("/proc/self/ns/net").dev;
  return names.filter((name) => isNamespace(name, device)).sort();
}

function isNamespace(name: string, device: number): boolean {
  try {
    return statSync(`${NAMED}/${name}`).dev === device;
  } catch {
    return false;
  }
}

/** Interface names of the main thread's present namespace. */
export function interfaceNames(): string[] {
  return readFileSync("/proc/thread-self/net/dev", "utf8")
    .split("\n")
    .slice(2)
    .flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? []);
}
