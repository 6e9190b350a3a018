import { describe, expect, it } from "vitest";
import { findSessions, type SessionSources } from "./sessions.js";

const stat = (pid: number, name: string, parent: number): string => `${pid} (${name}) S ${parent} 1 1 0 -1`;
const here = { eth0: ["192.0.2.7", "2001:db8::7"], br0: ["203.0.113.1"], lo: ["127.0.0.1"] };

function sources(
  files: Record<string, string>,
  links: Record<string, string> = {},
  env = {},
): SessionSources {
  return {
    env,
    pid: 100,
    read: (path) => files[path],
    link: (path) => links[path],
    list: (path) =>
      [...Object.keys(files), ...Object.keys(links)]
        .filter((p) => p.startsWith(`${path}/`))
        .map((p) => p.slice(path.length + 1).split("/")[0] ?? ""),
    addresses: () => here,
  };
}

const expected = {
  local: { address: "192.0.2.7", port: 22 },
  remote: { address: "198.51.100.9", port: 50_000 },
  interfaces: ["eth0"],
};
const VARIABLE = "198.51.100.9 50000 192.0.2.7 22";

describe("the session is found", () => {
  it("by SSH_CONNECTION", () => {
    expect(findSessions(sources({}, {}, { SSH_CONNECTION: VARIABLE }))).toEqual([expected]);
  });

  it("above sudo, which does not keep the variable", () => {
    const files = {
      "/proc/100/stat": stat(100, "node", 90),
      "/proc/90/stat": stat(90, "sudo) x (", 80),
      "/proc/90/environ": "SUDO_USER=alice\0",
      "/proc/80/stat": stat(80, "bash", 1),
      "/proc/80/environ": `HOME=/\0SSH_CONNECTION=${VARIABLE}\0`,
    };
    expect(findSessions(sources(files))).toEqual([expected]);
    expect(findSessions(sources(files, {}, { SSH_CONNECTION: VARIABLE }))).toHaveLength(1);
  });

  it("by the connection of an sshd above, with IPv4 as IPv6 shows it", () => {
    const row = (local: string, remote: string, state: string, inode: number): string =>
      `   0: ${local} ${remote} ${state} 00000000:00000000 02:000A 00000000     0        0 ${inode} 2 0`;
    const files = {
      "/proc/100/stat": stat(100, "node", 70),
      "/proc/70/stat": stat(70, "sshd-session", 1),
      "/proc/70/net/tcp": `heading\n${row("070200C0:0016", "096433C6:C350", "01", 777)}\n`,
      "/proc/70/net/tcp6": `heading\n${row("0000000000000000FFFF0000070200C0:0016", "0000000000000000FFFF0000096433C6:C351", "01", 778)}\n${row("070200C0:0016", "096433C6:C352", "06", 779)}\n`,
    };
    const links = Object.fromEntries([777, 778, 779].map((n, i) => [`/proc/70/fd/${i}`, `socket:[${n}]`]));
    expect(findSessions(sources(files, links)).map((s) => [s.local, s.remote.port])).toEqual([
      [expected.local, 50_000],
      [expected.local, 50_001],
    ]);
  });

  it("with what lies below its interface, and everywhere when no interface has its address", () => {
    const files = { "/sys/class/net/br0/lower_eth5/x": "", "/sys/class/net/eth5/lower_eth6/x": "" };
    const on = (address: string) =>
      findSessions(sources(files, {}, { SSH_CONNECTION: `198.51.100.9 1 ${address} 22` }))[0]?.interfaces;
    expect(on("203.0.113.1")).toEqual(["br0", "eth5", "eth6"]);
    expect(on("10.9.9.9")).toEqual(["eth0", "br0", "lo", "eth5", "eth6"]);
  });

  it("with IPv6 and zones", () => {
    const env = { SSH_CONNECTION: "fe80::1%eth0 1 2001:db8::7 22" };
    expect(findSessions(sources({}, {}, env))[0]).toMatchObject({
      remote: { address: "fe80::1" },
      interfaces: ["eth0"],
    });
  });
});

it.each(["", "x", "1.2.3.4 5", "1.2.3.4 0 1.2.3.4 22", "1.2.3.4 5 here 22"])("%j is no session", (value) => {
  expect(findSessions(sources({}, {}, { SSH_CONNECTION: value }))).toEqual([]);
});
