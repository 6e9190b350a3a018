import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GuestFile } from "./lib/cpio.js";
import { networkedSystem } from "./lib/network.js";
import { runGuest } from "./lib/run-guest.js";

const REPOSITORY = resolve(import.meta.dirname, "../..");
/** Where the guest sees the repository: the units have a /tmp and a /home of their own. */
const SEEN_AT = "/guest/repository";
const UNITS = join(REPOSITORY, "packages/cli/systemd");
const unit = (name: string): string => readFileSync(join(UNITS, name), "utf8");

const policies = {
  "10-gateway.yaml": `name: gateway
attach: { tc-egress: ["eth*"] }
policies: [ { name: silence, when: { ip-pair: { dst: 10.0.2.2 } }, chain: [ drop ] } ]
`,
  "20-broken.yaml": `name: broken
attach: { tc-egress: ["eth0"] }
policies: [ { name: p, when: { no-such-module: {} }, chain: [ drop ] } ]
`,
  "30-tunnel.yaml": `name: tunnel
attach: { tc-egress: ["wg0"] }
policies: [ { name: p, when: { tcp: {} }, chain: [ pass ] } ]
`,
};

// Each line of output belongs to the heading above it.
const script = `
say() { echo "== $1"; }
gateway() { ping -q -c2 -i0.2 -W1 10.0.2.2 | sed -n 's/.* \\([0-9]*\\) received.*/\\1/p'; }
show() { systemctl show --value -p "$2" "$1"; }
say order; show emptcp.service ExecMainExitTimestampMonotonic; show network-pre.target ActiveEnterTimestampMonotonic
show systemd-networkd.service ExecMainStartTimestampMonotonic
say state; show emptcp.service ActiveState
say journal; journalctl -b -u emptcp.service -o cat
say list; emptcp list
say ping; gateway
say late; ip tuntap add eth9 mode tap; udevadm settle
for i in $(seq 50); do [ "$(show emptcp-refresh@eth9.service ExecMainExitTimestampMonotonic)" -gt 0 ] && break; sleep 0.2; done
journalctl -b -u emptcp-refresh@eth9.service -o cat; emptcp list --json | grep -c '"eth9"'
say restart; rm /etc/emptcp/20-broken.yaml; systemctl restart emptcp; show emptcp.service ActiveState; gateway
say reload; rm /etc/emptcp/30-tunnel.yaml; systemctl reload emptcp; emptcp list | cut -f1
say stop; systemctl stop emptcp; show emptcp.service ActiveState; emptcp list; gateway
say security; systemd-analyze security --no-pager emptcp.service | tail -1
`;

function sections(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const part of text.split(/^== /m).slice(1)) {
    const [name = "", ...lines] = part.trimEnd().split("\n");
    found.set(name, lines);
  }
  return found;
}

describe("a boot with systemd", () => {
  let output = "";
  let said: Map<string, string[]>;
  const section = (name: string): string[] => said.get(name) ?? [output];

  beforeAll(async () => {
    const files: Record<string, GuestFile> = {
      ...networkedSystem(["emptcp.service"]),
      "usr/local/bin/emptcp": { link: join(SEEN_AT, "packages/cli/dist/bin.js") },
      "etc/emptcp/node_modules/@emptcp": { link: join(SEEN_AT, "packages") },
      "etc/udev/rules.d/90-emptcp.rules": { content: unit("90-emptcp.rules") },
      ...Object.fromEntries(
        readdirSync(UNITS)
          .filter((name) => name.endsWith(".service"))
          .map((name) => [`etc/systemd/system/${name}`, { content: unit(name) }]),
      ),
      ...Object.fromEntries(
        Object.entries(policies).map(([name, content]) => [`etc/emptcp/${name}`, { content }]),
      ),
    };
    const result = await runGuest({
      kernel: "6.12",
      script,
      binds: { [SEEN_AT]: REPOSITORY },
      systemd: { unit: "guest.target" },
      files,
      modules: ["virtio_net", "tun", "af_packet"],
      cards: [{ device: "virtio-net-pci" }],
      timeout: 110,
    });
    output = `${result.output}\n${result.console}`;
    said = sections(result.output);
  });

  it("puts the policies into effect before the network is configured", () => {
    const [done = 0, pre = 0, networkd = 0] = section("order").map(Number);
    expect(done, output).toBeGreaterThan(0);
    expect(pre).toBeGreaterThanOrEqual(done);
    expect(networkd).toBeGreaterThanOrEqual(pre);
    expect(section("list").map((line) => line.split("\t")[0])).toEqual(["gateway", "tunnel"]);
    expect(section("ping")).toEqual(["0"]);
  });

  it("fails visibly because of a broken file, and runs the others", () => {
    expect(section("state")).toEqual(["failed"]);
    expect(section("journal").join("\n")).toContain("20-broken.yaml");
    expect(section("journal").join("\n")).toContain("no-such-module");
    expect(section("restart")).toEqual(["active", "0"]);
  });

  it("lets interfaces join that appear later", () => {
    expect(section("late").join("\n")).toContain("joined: tc-egress eth9 (tcx)");
    expect(section("late").at(-1)).toBe("1");
  });

  it("removes what has no file any more on reload, and everything on stop", () => {
    expect(section("reload")).toEqual(["gateway"]);
    expect(section("stop")).toEqual(["inactive", "2"]);
  });

  it("leaves the unit little that it could do", () => {
    expect(section("security").join()).toMatch(/exposure level .*: (\d\.\d) (OK|MEDIUM)/);
  });
});

describe("the unit files", () => {
  const directory = mkdtempSync(join(tmpdir(), "emptcp-units-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("are sound to systemd-analyze", () => {
    // The program need not be installed where the test runs; everything else is as shipped.
    for (const name of readdirSync(UNITS).filter((n) => n.endsWith(".service")))
      writeFileSync(join(directory, name), unit(name).replace(/=emptcp /g, `=${process.execPath} `));
    const files = ["emptcp.service", "emptcp-refresh@eth0.service"].map((name) => join(directory, name));
    writeFileSync(files[1] ?? "", readFileSync(join(directory, "emptcp-refresh@.service")));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...files], {
      encoding: "utf8",
    });
    const own = stderr.split("\n").filter((line) => line.includes("emptcp"));
    expect({ status, own }).toEqual({ status: 0, own: [] });
  });

  it("give both units the same sandbox", () => {
    const sandbox = (name: string): string[] =>
      unit(name)
        .split("\n")
        .filter((line) =>
          /^(StateDir|UMask|Limit|Cap|NoNew|System|Restrict|Protect|ReadWrite|Private|Lock|Key)/.test(line),
        );
    expect(sandbox("emptcp.service").length).toBeGreaterThan(20);
    expect(sandbox("emptcp-refresh@.service")).toEqual(sandbox("emptcp.service"));
  });

  it("are part of the package", () => {
    const listed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: join(REPOSITORY, "packages/cli"),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    for (const name of readdirSync(UNITS)) expect(listed).toContain(`systemd/${name}`);
  });
});
