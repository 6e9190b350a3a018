import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BpfMap, type MapInfo } from "@emptcp/core/libbpf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptcp, PolicyDirectory } from "./run-cli.js";

const files = new PolicyDirectory();
const pinDir = `/sys/fs/bpf/emptcp-report-test-${process.pid}`;
const netns = `emrep-${process.pid}`;
const env = {
  ...process.env,
  EMPTCP_STATE_DIR: join(files.path, "state"),
  EMPTCP_PIN_DIR: pinDir,
  PLANTED: "env-secret-1",
};
const run = (...args: string[]) => emptcp(args, { env });
const ip = (...args: string[]): string => execFileSync("ip", args, { encoding: "utf8" });

const SECRET = "map-secret-0123456789";
const ADDRESSES = ["10.66.77.88", "fd66:77::88", "203.0.113.77", "02:66:77:88:99:aa"];

let planted = 0;

/** Writes a secret into the first entry of a map. */
function plant(map: BpfMap): void {
  const { keySize, valueSize }: MapInfo = map.info();
  const value = Buffer.alloc(valueSize);
  value.write(SECRET.slice(0, valueSize));
  map.update(Buffer.alloc(keySize, 1), value);
  planted++;
}

/** All text of an archive. */
function contents(archive: string): string {
  const directory = join(files.path, `out-${Math.random()}`);
  execFileSync("mkdir", [directory]);
  execFileSync("tar", ["-xzf", archive, "-C", directory]);
  const inner = join(directory, "emptcp-report");
  return readdirSync(inner)
    .map((name) => `== ${name}\n${readFileSync(join(inner, name), "utf8")}`)
    .join("\n");
}

beforeAll(() => {
  ip("netns", "add", netns);
  ip("-n", netns, "link", "add", "rp0", "address", ADDRESSES[3] ?? "", "type", "veth", "peer", "name", "rp1");
  const policy = files.write(
    "p.yaml",
    `name: planted
attach: { tc-egress: ["${netns}/rp0"] }
policies:
  - name: p
    when: { any: { of: [] } }
    chain: [ record ]
  - name: q
    when: { all: [ { ip-pair: { src: ${ADDRESSES[0]}, dst: ${ADDRESSES[2]} } }, { port: { dst: 443 } } ] }
    chain: [ pass ]
  - name: r
    when: { ip-pair: { src: "${ADDRESSES[1]}" } }
    chain: [ pass ]
`.replace("{ any: { of: [] } }", "{ any: {} }"),
  );
  expect(run("apply", policy)).toMatchObject({ code: 0, err: "" });
  for (const module of readdirSync(join(pinDir, "modules"))) {
    for (const name of readdirSync(join(pinDir, "modules", module))) {
      using map = BpfMap.fromPin(join(pinDir, "modules", module, name));
      if (map.type === "hash" || map.type === "lru_hash") plant(map);
    }
  }
});

afterAll(() => {
  run("detach");
  ip("netns", "del", netns);
  files.remove();
});

describe("report", () => {
  it("packs one archive without addresses, environment and contents of maps", () => {
    expect(planted).toBeGreaterThan(0);
    const archive = join(files.path, "report.tar.gz");
    const added = join(files.path, "apply.log");
    writeFileSync(added, `refused by ${ADDRESSES[0]}\n`);
    const { code, out, err } = run("report", "--output", archive, "--add", added);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(archive);
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    const text = contents(archive);
    for (const secret of [...ADDRESSES, "env-secret-1", "PLANTED", SECRET])
      expect(text).not.toContain(secret);
    expect(text).toContain(`"rp0"`);
    for (const name of ["versions", "doctor", "generation", "stats", "history", "programs", "maps", "links"])
      expect(text).toContain(`== ${name}.json\n`);
    expect(text).toMatch(/== programs\.json\n\[\n[^]*"name": "root"/);
    expect(text).toMatch(/== added-apply\.log\nrefused by ipv4-\d+/);
    // One address has one name everywhere.
    const names = new Set([...text.matchAll(/"src": "(ipv4-\d+)/g)].map((m) => m[1]));
    expect(text).toContain(`refused by ${[...names][0] ?? "none"}\n`);
    expect(run("report", "--output", archive)).toMatchObject({
      code: 2,
      err: expect.stringContaining("already"),
    });
    expect(run("report", "--output", "/nowhere/x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("write report /nowhere/x: there is no directory /nowhere\n"),
    });
  });

  it("really had what it left out: with --with-addresses they are there", () => {
    const archive = join(files.path, "full.tar.gz");
    expect(run("report", "--with-addresses", "--output", archive).code).toBe(0);
    const text = contents(archive);
    for (const address of ADDRESSES.slice(0, 3)) expect(text).toContain(address);
    for (const secret of ["env-secret-1", SECRET]) expect(text).not.toContain(secret);
  });

  it("lists what would be in it, and writes nothing", () => {
    const before = readdirSync(files.path);
    const { code, out } = run("report", "--list");
    expect(code).toBe(0);
    expect(out).toMatch(/^maps\.json\t\d+\t.*never their contents$/m);
    expect(readdirSync(files.path)).toEqual(before);
  });

  it("packs what it may look at without privileges, and says what is missing", () => {
    const { code, out } = emptcp(["report", "--list"], { uid: 65534, env });
    expect(code).toBe(0);
    expect(out).toMatch(/^versions\.json\t/m);
    expect(out).toMatch(/^doctor\.json\t/m);
  });
});
