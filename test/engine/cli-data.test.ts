import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ModuleCatalog, type Engine, type InstalledModule } from "@emptcp/core";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import { modules, REPOSITORY, rule, step, testSet, until, withEngine } from "./support.js";
import { actorSource } from "./workshop-sources.js";

const packet = tcp({ payload: Buffer.from("hello") }).bytes;
const workshop = new ModuleWorkshop();
let made: InstalledModule;
beforeAll(async () => {
  const source = actorSource("teller", {
    top: `struct told { __be16 port; char name[16]; __u64 big; __u8 raw[2]; };
EMPTCP_EVENT(told, 1, struct told);
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} teller_counts SEC(".maps");`,
    body: `	struct told *e = emptcp_event_begin(pkt, told);
	__u32 key = 7;
	__u64 one = 1, *count = bpf_map_lookup_elem(&teller_counts, &key);

	if (count)
		(*count)++;
	else
		bpf_map_update_elem(&teller_counts, &key, &one, BPF_ANY);
	emptcp_log(pkt, "red %u", 5);
	if (!e)
		return EMPTCP_NEXT;
	e->port = bpf_htons(443);
	__builtin_memcpy(e->name, "a \\x1b[31mname", 13);
	e->big = 1ULL << 60;
	e->raw[0] = 0xab;
	emptcp_event_submit(e);`,
  });
  made = await workshop.make({ ...source, hooks: ["tc-ingress"] });
  install(made);
});
afterAll(() => workshop.remove());

/** Makes a package of a module, so that `emptcp` finds it beside those of the workspace. */
function install({ dir, manifest }: InstalledModule): void {
  const { name, version, core } = manifest;
  const json = {
    name,
    version,
    emptcp: { manifest: "./dist/manifest.json" },
    peerDependencies: { "@emptcp/core": core },
  };
  writeFileSync(join(dir, "package.json"), JSON.stringify(json));
  writeFileSync(join(dir, "dist", "manifest.json"), JSON.stringify(manifest));
  mkdirSync(join(workshop.directory, "node_modules", "@test"), { recursive: true });
  symlinkSync(dir, join(workshop.directory, "node_modules", name));
  symlinkSync(join(REPOSITORY, "packages"), join(workshop.directory, "node_modules", "@emptcp"));
}

const withTeller = (
  work: (
    run: (...args: string[]) => ReturnType<typeof cli>,
    engine: Engine,
    pinDir: string,
  ) => Promise<void> | void,
) =>
  withEngine(
    async (engine, pinDir) => {
      await engine.apply(testSet("web", [rule("slow", { chain: [step("teller"), step("pass")] })]));
      await work((...args) => cli([...args, "--pin-dir", pinDir]), engine, pinDir);
    },
    { modules: ModuleCatalog.of([...modules.list(), made]) },
  );

const words = (args: readonly string[]): string[] => {
  const bin = join(REPOSITORY, "packages/cli/src/bin.ts");
  return ["--conditions=@emptcp/source", "--import", import.meta.resolve("tsx"), bin, ...args];
};

function cli(args: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, words(args), {
    cwd: REPOSITORY,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { code: status, out: stdout, err: stderr };
}

it("events are printed for people and for programs, foreign text made harmless", async () => {
  await withTeller((run, engine) => {
    for (let i = 0; i < 3; i++) engine.testRun("tc-ingress", packet);
    expect(run("events", "--count", "1")).toEqual({
      code: 0,
      err: "",
      out: expect.stringMatching(
        /^\d+\.\d{6} web\/slow tc-ingress 1 teller told port=443 name="a \\u001b\[31mname" big=1152921504606846976 raw=ab00\n$/,
      ) as string,
    });
    engine.testRun("tc-ingress", packet);
    const { out } = run("events", "--count", "1", "--json", "--module", "teller", "--event", "told");
    expect(JSON.parse(out)).toMatchObject({
      ...{
        module: "teller",
        version: "0.1.0",
        event: "told",
        set: "web",
        policy: "slow",
        hook: "tc-ingress",
        step: 0,
      },
      data: { port: 443, name: "a \u001b[31mname", big: "1152921504606846976", raw: "ab00" },
    });
  });
});

it("messages are switched on while they are read", async () => {
  await withTeller(async (_run, engine, pinDir) => {
    engine.testRun("tc-ingress", packet);
    const child = spawn(process.execPath, words(["events", "--log", "--count", "3", "--pin-dir", pinDir]), {
      cwd: workshop.directory,
    });
    let out = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (out += text.toString()));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await Promise.race([ended, until("messages are on", () => engine.current().instrument.log, 10_000)]);
    expect(child.exitCode, out).toBeNull();
    engine.testRun("tc-ingress", packet);
    expect(await ended).toBe(0);
    expect(out).toMatch(/told .*\n.* told .*\n.* web\/slow tc-ingress 1 teller red 5\n$/);
    expect(engine.current().instrument.log).toBe(false);
  });
});

it("a second reader and an unknown module are told", async () => {
  await withTeller(async (run, engine) => {
    expect(run("events", "--module", "tellre").err).toContain("ERR_EMPTCP_UNKNOWN_MODULE");
    const stop = new AbortController();
    const first = engine.events({ signal: stop.signal })[Symbol.asyncIterator]().next();
    const { code, err } = run("events", "--count", "1");
    expect(code).not.toBe(0);
    expect(err).toContain(`process ${process.pid}`);
    stop.abort();
    await first;
  });
});

it("maps are listed and printed, each CPU or the sum", async () => {
  await withTeller((run, engine) => {
    for (let i = 0; i < 3; i++) engine.testRun("tc-ingress", packet);
    expect(run("maps")).toEqual({
      code: 0,
      err: "",
      out: "teller\tteller_counts\tpercpu_hash\t16\tu32\tu64\n",
    });
    expect(run("maps", "teller", "counts", "--sum")).toEqual({ code: 0, err: "", out: "7  3\n" });
    const { out } = run("maps", "teller", "counts", "--json");
    const json = JSON.parse(out) as { name: string; entries: { key: number; value: number[] }[] };
    expect(json).toMatchObject({ name: "teller_counts", perCpu: true, writable: false });
    expect(json.entries[0]?.value.reduce((a, b) => a + b, 0)).toBe(3);
    expect(run("maps", "teller", "nothing").err).toContain("ERR_EMPTCP_UNKNOWN_MAP");
  });
});
