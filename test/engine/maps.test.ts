import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ModuleCatalog, type Engine, type InstalledModule, type ModuleHandle } from "@emptcp/core";
import { BpfMap, possibleCpus } from "@emptcp/core/libbpf";
import { ModuleWorkshop, tcp } from "@emptcp/testing";
import { modules, rule, step, testSet, withEngine } from "./support.js";
import { actorSource } from "./workshop-sources.js";

const MILLION = 1_000_000;
const map = (name: string, type: string, entries: number, key: string, value: string, flags = "0") => `
struct {
	__uint(type, BPF_MAP_TYPE_${type});
	__uint(max_entries, ${entries});
	__uint(map_flags, ${flags});
	${key}
	${value}
} ${name} SEC(".maps");`;
const typed = (part: string, type: string) => `__type(${part}, ${type});`;

const keeper = actorSource("keeper", {
  top: `
enum mood { CALM, ANGRY = 3 };
struct place { emptcp_addr6 address; __be16 port; __u8 pad[2]; };
struct state {
	__u64 packets;
	__s32 balance;
	enum mood mood;
	__u16 low : 4, middle : 7, high : 5;
	char name[6];
	emptcp_mac mac;
	_Bool alive;
	union { __u32 number; __u8 bytes[4]; } either;
	struct { __u8 a; __s8 b; } pairs[2];
};
struct prefix { __u32 length; emptcp_addr4 address; };
struct sums { __u64 packets; __u32 parts[2]; };
${map("keeper_states", "HASH", 64, typed("key", "struct place"), typed("value", "struct state"))}
${map("table", "ARRAY", 4, typed("key", "__u32"), typed("value", "struct sums"))}
${map("latest", "LRU_HASH", 64, typed("key", "__u32"), typed("value", "__u64"))}
${map("per_cpu", "PERCPU_HASH", 8, typed("key", "__u32"), typed("value", "struct sums"))}
${map("per_cpu_table", "PERCPU_ARRAY", 2, typed("key", "__u32"), typed("value", "__u64"))}
${map("prefixes", "LPM_TRIE", 8, typed("key", "struct prefix"), typed("value", "__u32"), "BPF_F_NO_PREALLOC")}
${map("plain", "HASH", 8, "__uint(key_size, 4);", "__uint(value_size, 6);")}
${map("ring", "RINGBUF", 4096, "", "")}
${map("many", "HASH", MILLION, typed("key", "__u32"), typed("value", "__u64"), "BPF_F_NO_PREALLOC")}
#define TOUCH(map) ({ __u32 k_[8] = {}; __u64 *v_ = bpf_map_lookup_elem(&map, k_); (void)*(volatile __u64 **)&v_; })`,
  body: `	__u32 key = 1;
	struct sums *sums = bpf_map_lookup_elem(&per_cpu, &key), fresh = { .packets = 1, .parts = { 2, 3 } };
	void *room;

	TOUCH(keeper_states);
	TOUCH(table);
	TOUCH(latest);
	TOUCH(per_cpu_table);
	TOUCH(prefixes);
	TOUCH(plain);
	TOUCH(many);
	room = bpf_ringbuf_reserve(&ring, 8, 0);
	if (room)
		bpf_ringbuf_discard(room, 0);
	if (sums)
		sums->packets++;
	else
		bpf_map_update_elem(&per_cpu, &key, &fresh, BPF_ANY);`,
});

const state = {
  ...{ packets: 1n << 50n, balance: -7, mood: "ANGRY", low: 9, middle: 100, high: 31, name: "eth0" },
  ...{ mac: "02:00:00:00:00:01", alive: true, either: Buffer.from([1, 2, 3, 4]) },
  pairs: [
    { a: 200, b: -100 },
    { a: 0, b: 127 },
  ],
};
const place = (address: string, port: number) => ({ address, port, pad: Buffer.alloc(2) });

describe("maps of modules", () => {
  const workshop = new ModuleWorkshop();
  let made: InstalledModule;
  beforeAll(async () => void (made = await workshop.make(keeper)));
  afterAll(() => workshop.remove());

  const withKeeper = (work: (keeper: ModuleHandle, engine: Engine, pinDir: string) => Promise<void> | void) =>
    withEngine(
      async (engine, pinDir) => {
        await engine.apply(testSet("web", [rule("a", { chain: [step("keeper")] })]));
        await work(engine.module("keeper"), engine, pinDir);
      },
      { modules: ModuleCatalog.of([...modules.list(), made]) },
    );

  it("are read and written as their C types say, IPv4 and IPv6", () =>
    withKeeper((keeper) => {
      using states = keeper.map("states", { writable: true });
      expect(states.info).toMatchObject({
        module: "keeper",
        name: "keeper_states",
        type: "hash",
        maxEntries: 64,
      });
      states.set(place("10.0.0.1", 443), state);
      states.set(place("fd00::1", 80), { ...state, mood: 9, packets: 5 });
      expect(states.get(place("10.0.0.1", 443))).toEqual(state);
      const all = new Map([...states].map(([key, value]) => [(key as { address: string }).address, value]));
      expect([...all.keys()].sort()).toEqual(["10.0.0.1", "fd00::1"]);
      expect(all.get("fd00::1")).toEqual({ ...state, mood: 9, packets: 5n });
      expect(states.delete(place("10.0.0.1", 443))).toBe(true);
      expect(states.delete(place("10.0.0.1", 443))).toBe(false);
      expect(states.get(place("10.0.0.1", 443))).toBeUndefined();
      expect(() => states.set(place("10.0.0.1", 443), state, "there")).toThrow(/ENOENT/);
      expect(() => states.set(place("fd00::1", 80), state, "new")).toThrow(/EEXIST/);
    }));

  it("have bytes in the kernel where C has them", () =>
    withKeeper((keeper) => {
      using states = keeper.map("states", { writable: true });
      states.set(place("10.0.0.1", 443), state);
      const key = Buffer.from("00000000000000000000ffff0a000001" + "01bb" + "0000", "hex");
      const bytes = states.raw.lookup(key);
      expect(bytes?.readBigUInt64LE(0)).toBe(1n << 50n);
      expect(bytes?.readInt32LE(8)).toBe(-7);
      expect(bytes?.readUInt32LE(12)).toBe(3);
      expect(bytes?.readUInt16LE(16)).toBe(9 | (100 << 4) | (31 << 11));
      expect(bytes?.toString("latin1", 18, 24)).toBe("eth0\0\0");
    }));

  it("tell everything that does not fit a type, and store nothing then", () =>
    withKeeper((keeper) => {
      using states = keeper.map("states", { writable: true });
      const bad = {
        ...{ balance: 2 ** 31, mood: "HAPPY", low: 16, middle: -1, high: 1.5, name: "toolong", mac: "02:00" },
        ...{ alive: 1, either: "0102", pairs: [{ a: 1, b: 2 }], packet: 1 },
      };
      let problems: readonly { path: string; message: string; hint: string }[] = [];
      try {
        states.set(place("10.0.0.256", 65536), bad as never);
      } catch (error) {
        problems = (error as { problems: typeof problems }).problems;
      }
      expect(problems.map((p) => p.path)).toEqual(["address", "port"]);
      try {
        states.set(place("10.0.0.1", 1), bad as never);
      } catch (error) {
        problems = (error as { problems: typeof problems }).problems;
      }
      expect(problems.map((p) => p.path).sort()).toEqual(
        [
          "alive",
          "balance",
          "either",
          "high",
          "low",
          "mac",
          "middle",
          "mood",
          "name",
          "packets",
          "packet",
          "pairs",
        ].sort(),
      );
      expect(problems.find((p) => p.path === "mood")?.message).toBe(
        'keeper: value of map "keeper_states": mood: expected CALM or ANGRY, got "HAPPY"',
      );
      expect(problems.find((p) => p.path === "packet")?.hint).toContain('"packets"');
      expect([...states]).toEqual([]);
    }));

  it("are opened for reading: the kernel refuses what this library does not", () =>
    withKeeper((keeper) => {
      using latest = keeper.map("latest");
      expect(() => latest.set(1, 2n)).toThrow(
        expect.objectContaining({ code: "ERR_EMPTCP_MAP_USE" }) as Error,
      );
      expect(() => latest.delete(1)).toThrow(/opened for reading/);
      expect(() => latest.raw.update(Buffer.alloc(4), Buffer.alloc(8))).toThrow(/EPERM/);
      expect(() => latest.raw.delete(Buffer.alloc(4))).toThrow(/EPERM/);
      expect(latest.get(1)).toBeUndefined();
    }));

  it("hold a value for each CPU, or the sum", () =>
    withKeeper((keeper, engine) => {
      for (let i = 0; i < 5; i++) engine.testRun("tc-ingress", tcp().bytes);
      using each = keeper.map("per_cpu");
      const values = each.get(1) as unknown as { packets: bigint; parts: number[] }[];
      expect(values).toHaveLength(possibleCpus());
      expect(values.reduce((sum, v) => sum + v.packets, 0n)).toBeGreaterThanOrEqual(4n);
      using sum = keeper.map("per_cpu", { cpus: "sum" });
      const total = sum.get(1) as unknown as { packets: bigint; parts: number[] };
      expect(total.packets).toBe(values.reduce((all, v) => all + v.packets, 0n));
      expect([...sum]).toEqual([[1, total]]);
      using table = keeper.map("per_cpu_table", { writable: true });
      const written = Array.from({ length: possibleCpus() }, (_, cpu) => BigInt(cpu + 1));
      table.set(1, written);
      expect(table.get(1)).toEqual(written);
      using summed = keeper.map("per_cpu_table", { cpus: "sum", writable: true });
      expect(summed.get(1)).toBe(written.reduce((a, b) => a + b));
      expect(() => summed.set(1, 1n)).toThrow(/the sum belongs to no CPU/);
    }));

  it("of every kind: array, LRU, prefixes, without types, ring buffer", () =>
    withKeeper((keeper) => {
      using table = keeper.map("table", { writable: true });
      table.set(2, { packets: 1n, parts: [4, 5] });
      expect([...table].map(([, v]) => v)[2]).toEqual({ packets: 1n, parts: [4, 5] });
      expect(() => table.set(4, { packets: 1n, parts: [4, 5] })).toThrow(/E2BIG/);
      using latest = keeper.map("latest", { writable: true });
      latest.set(7, 1n << 63n);
      expect([...latest]).toEqual([[7, 1n << 63n]]);
      using prefixes = keeper.map("prefixes", { writable: true });
      prefixes.set({ length: 8, address: "10.0.0.0" }, 1);
      prefixes.set({ length: 24, address: "10.1.1.0" }, 2);
      expect(prefixes.get({ length: 32, address: "10.1.1.9" })).toBe(2);
      expect([...prefixes]).toHaveLength(2);
      using plain = keeper.map("plain", { writable: true });
      plain.set(Buffer.from([1, 0, 0, 0]), "aabbccddeeff");
      expect([...plain]).toEqual([[Buffer.from([1, 0, 0, 0]), Buffer.from("aabbccddeeff", "hex")]]);
      using ring = keeper.map("ring");
      expect(() => [...ring]).toThrow(/it is a ringbuf, which has no keys/);
      expect(() => keeper.map("states", { cpus: "sum" }).close()).not.toThrow();
      expect(() => keeper.map("stats")).toThrow(
        expect.objectContaining({ code: "ERR_EMPTCP_UNKNOWN_MAP" }) as Error,
      );
    }));

  it("of a million entries stream while others delete them", () =>
    withKeeper(async (keeper) => {
      using many = keeper.map("many", { writable: true });
      const keys = Buffer.alloc(4 * MILLION);
      const values = Buffer.alloc(8 * MILLION);
      for (let i = 0; i < MILLION; i++) {
        keys.writeUInt32LE(i, 4 * i);
        values.writeBigUInt64LE(BigInt(i) + 5n, 8 * i);
      }
      many.raw.updateBatch(keys, values, MILLION);
      const heap = process.memoryUsage().heapUsed + process.memoryUsage().external;
      let seen = 0;
      for (const [key, value] of many) {
        if (value !== BigInt(key as number) + 5n) throw new Error(`${String(key)}: ${String(value)}`);
        seen++;
      }
      expect(seen).toBe(MILLION);
      expect(process.memoryUsage().heapUsed + process.memoryUsage().external - heap).toBeLessThan(64 << 20);
      seen = 0;
      for await (const [key, value] of many) {
        if (value !== BigInt(key as number) + 5n) throw new Error(`${String(key)}: ${String(value)}`);
        if (++seen === 10_000) many.raw.deleteBatch(keys, MILLION - 1000);
      }
      expect(seen).toBeGreaterThanOrEqual(10_000);
      expect(seen).toBeLessThan(100_000);
      expect([...many]).toHaveLength(1000);
    }));

  it("keep their types without the package", () =>
    withKeeper(async (keeper, _engine, pinDir) => {
      using states = keeper.map("states", { writable: true });
      states.set(place("10.0.0.1", 1), state);
      await withEngine(
        (other) => {
          using same = other.module("keeper").map("states");
          expect([...same]).toEqual([[place("10.0.0.1", 1), state]]);
        },
        { modules, pinDir },
      );
    }));

  it("use after close throws", () =>
    withKeeper((keeper) => {
      const latest = keeper.map("latest");
      latest.close();
      latest.close();
      expect(() => latest.get(1)).toThrow(/use of closed/);
      expect(() => [...latest]).toThrow(/use of closed/);
    }));
});

it("an unknown module is told with what is near", async () => {
  await withEngine(async (engine) => {
    await engine.apply(testSet("web", [rule("a", { chain: [step("record")] })]));
    expect(() => engine.module("recrod")).toThrow(
      expect.objectContaining({
        code: "ERR_EMPTCP_UNKNOWN_MODULE",
        hint: expect.stringContaining("record") as string,
      }) as Error,
    );
    expect(engine.module("record").maps()).toEqual(["record_flows"]);
    using map = engine.module("@emptcp/actor-record").map("flows");
    expect(map.raw).toBeInstanceOf(BpfMap);
  });
});

it("without CAP_SYS_ADMIN one is told that it is missing", async () => {
  await withEngine(async (engine, pinDir) => {
    await engine.apply(testSet("web", [rule("a", { chain: [step("record")] })]));
    const open = `import { openEngine } from "@emptcp/core";
      const engine = await openEngine({ pinDir: ${JSON.stringify(pinDir)} });
      try { engine.module("record").map("flows"); } catch (error) { console.log(error.code, error.message); }`;
    const node = [process.execPath, "--conditions=@emptcp/source", "--import", "tsx", "--input-type=module"];
    const drop = ["--inh-caps=-sys_admin", "--bounding-set=-sys_admin"];
    const { stdout, stderr } = spawnSync("setpriv", [...drop, ...node, "-e", open], {
      encoding: "utf8",
      cwd: import.meta.dirname,
    });
    expect(stdout, stderr).toMatch(/^ERR_EMPTCP_CAPABILITY .*needs CAP_SYS_ADMIN/);
  });
});
