import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { isIP } from "node:net";
import { parseAddress, formatAddress } from "../params/address.js";
import type { Session, SessionEnd } from "../policy/session.js";

/** What sessions are found by; tests put their own in its place. */
export interface SessionSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** Text of a file below /proc or /sys; undefined when it cannot be read. */
  read(path: string): string | undefined;
  /** Where a link below /proc leads. */
  link(path: string): string | undefined;
  list(path: string): readonly string[];
  /** Addresses by interface. */
  addresses(): Readonly<Record<string, readonly string[]>>;
}

const attempt = <T>(what: () => T): T | undefined => {
  try {
    return what();
  } catch {
    return undefined;
  }
};

/** The machine itself. */
export const machineSources: SessionSources = {
  env: process.env,
  pid: process.pid,
  read: (path) => attempt(() => readFileSync(path, "utf8")),
  link: (path) => attempt(() => readlinkSync(path)),
  list: (path) => attempt(() => readdirSync(path)) ?? [],
  addresses: () =>
    Object.fromEntries(
      Object.entries(networkInterfaces()).map(([name, list]) => [name, (list ?? []).map((a) => a.address)]),
    ),
};

type Ends = Pick<Session, "local" | "remote">;

function endOf(address: string | undefined, port: string | undefined): SessionEnd | undefined {
  const [bare = ""] = (address ?? "").split("%");
  const parsed = isIP(bare) === 0 ? undefined : parseAddress(bare);
  const number = Number(port);
  if (!parsed || !Number.isInteger(number) || number < 1 || number > 65535) return undefined;
  return { address: formatAddress(parsed.bytes), port: number };
}

/** `SSH_CONNECTION`: address and port of the client, then of the server. */
function fromVariable(value: string | undefined): Ends | undefined {
  const [client, clientPort, server, serverPort] = (value ?? "").split(" ");
  const [remote, local] = [endOf(client, clientPort), endOf(server, serverPort)];
  return remote && local ? { local, remote } : undefined;
}

function variableIn(environ: string | undefined): string | undefined {
  const found = environ?.split("\0").find((entry) => entry.startsWith("SSH_CONNECTION="));
  return found?.slice("SSH_CONNECTION=".length);
}

/** An address of /proc/net/tcp: 32-bit words in the byte order of the machine, port in hexadecimal. */
function fromTable(text: string): SessionEnd | undefined {
  const [hex = "", port = ""] = text.split(":");
  const bytes = Buffer.from(hex, "hex");
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  const address = parseAddress(formatAddress(bytes.swap32()));
  return address && { address: formatAddress(address.bytes), port: Number.parseInt(port, 16) };
}

const ESTABLISHED = "01";

/** Connections of an sshd: what it serves when its children lost the variable. */
function fromSockets(pid: number, sources: SessionSources): Ends[] {
  const inodes = new Set(
    sources.list(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(sources.link(`/proc/${pid}/fd/${fd}`) ?? "")?.[1];
      return inode === undefined ? [] : [inode];
    }),
  );
  if (inodes.size === 0) return [];
  const rows = ["tcp", "tcp6"].flatMap((table) =>
    (sources.read(`/proc/${pid}/net/${table}`) ?? "").split("\n").slice(1),
  );
  return rows.flatMap((row) => {
    const fields = row.trim().split(/\s+/);
    if (fields[3] !== ESTABLISHED || !inodes.has(fields[9] ?? "")) return [];
    const [local, remote] = [fromTable(fields[1] ?? ""), fromTable(fields[2] ?? "")];
    return local && remote ? [{ local, remote }] : [];
  });
}

/** The interface of an address, and those below it: ports of a bridge, members of a bond, the parent of a VLAN. */
function interfacesOf(address: string, sources: SessionSources): string[] {
  const all = sources.addresses();
  const owners = Object.keys(all).filter((name) => all[name]?.some((a) => sameAddress(a, address)));
  // Nobody has it: translated on the way; then it may come in anywhere.
  const found = new Set(owners.length > 0 ? owners : Object.keys(all));
  for (const name of found) {
    for (const entry of sources.list(`/sys/class/net/${name}`)) {
      if (entry.startsWith("lower_")) found.add(entry.slice("lower_".length));
    }
    for (const port of sources.list(`/sys/class/net/${name}/brif`)) found.add(port);
  }
  return [...found];
}

function sameAddress(a: string, b: string): boolean {
  const [x, y] = [parseAddress(a.split("%")[0] ?? ""), parseAddress(b)];
  return x !== undefined && y !== undefined && formatAddress(x.bytes) === formatAddress(y.bytes);
}

/**
 * The ssh sessions in which this process was started: from `SSH_CONNECTION`, also of the processes above it, since sudo
 * and su do not keep it, and from the connections of an sshd among them.
 */
export function findSessions(sources: SessionSources = machineSources): Session[] {
  const ends: (Ends | undefined)[] = [fromVariable(sources.env["SSH_CONNECTION"])];
  for (let pid = sources.pid, up = 0; pid > 1 && up < 64; up++) {
    const stat = sources.read(`/proc/${pid}/stat`) ?? "";
    const name = /\(([\s\S]*)\)/.exec(stat)?.[1] ?? "";
    if (pid !== sources.pid) ends.push(fromVariable(variableIn(sources.read(`/proc/${pid}/environ`))));
    if (/^sshd|^dropbear/.test(name)) ends.push(...fromSockets(pid, sources));
    pid = Number(/^\d+/.exec(stat.slice(stat.lastIndexOf(")") + 4))?.[0] ?? 0);
  }
  const distinct = new Map(ends.flatMap((e) => (e ? [[JSON.stringify(e), e] as const] : [])));
  return [...distinct.values()].map((e) => ({ ...e, interfaces: interfacesOf(e.local.address, sources) }));
}
