import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ModuleCatalog,
  type Engine,
  type EngineEvent,
  type EventProblem,
  type InstalledModule,
} from "@emptcp/core";
import { bootTimeNs, BpfProgram } from "@emptcp/core/libbpf";
import { ModuleWorkshop, tcp, type ModuleSource } from "@emptcp/testing";
import { match, modules, rule, startChild, step, testSet, withEngine } from "./support.js";
import { actorSource, selectorSource } from "./workshop-sources.js";

const FULL = `
enum place { HERE, THERE = 7 };
struct inner { __be16 port; __s16 delta; };
struct joined {
	emptcp_addr4 v4;
	emptcp_addr6 v6;
	struct in6_addr mapped;
	emptcp_mac mac;
	char name[8];
	enum place place;
	__u8 low : 3, high : 5;
	__u8 raw[3];
	struct inner list[2];
	__u64 wide;
	__be32 order;
	_Bool yes;
	union { __u32 a; __u8 b[4]; } either;
};
EMPTCP_EVENT(joined, 3, struct joined);
EMPTCP_EVENT(number, 1, __u32);
`;
const TELL = `
	struct joined *e = emptcp_event_begin(pkt, joined);
	__u32 *n;

	if (e) {
		e->v4 = bpf_htonl(0x0a000001);
		e->v6.in6_u.u6_addr8[0] = 0xfd;
		e->v6.in6_u.u6_addr8[15] = 1;
		e->mapped.in6_u.u6_addr32[2] = bpf_htonl(0xffff);
		e->mapped.in6_u.u6_addr32[3] = bpf_htonl(0xc0000201);
		e->mac[0] = 2;
		e->mac[5] = 0xff;
		__builtin_memcpy(e->name, "wlan0", 5);
		e->place = THERE;
		e->low = 5;
		e->high = 17;
		e->raw[1] = 0xab;
		e->list[1].port = bpf_htons(443);
		e->list[1].delta = -2;
		e->wide = 1ULL << 60;
		e->order = bpf_htonl(77);
		e->yes = 1;
		e->either.a = 0x01020304;
		emptcp_event_submit(e);
	}
	n = emptcp_event_begin(pkt, number);
	if (n) {
		*n = 42;
		emptcp_event_submit(n);
	}`;

const telling = actorSource("telling", { top: FULL, body: TELL });
const talking = actorSource("talking", {
  body: `	struct iphdr *ip4 = emptcp_ip4(ctx, pkt);
	emptcp_log(pkt, "a packet");
	if (ip4)
		emptcp_log(pkt, "from %pI4, ttl %u, length %u", &ip4->saddr, ip4->ttl, emptcp_packet_length(ctx));`,
});
const small = (version: string, type: string, value: number): ModuleSource =>
  actorSource(
    "small",
    {
      top: `struct told { ${type} value; };\nEMPTCP_EVENT(told, ${version.split(".")[0] === "1" ? 1 : 2}, struct told);`,
      body: `	struct told *e = emptcp_event_begin(pkt, told);
	if (e) {
		e->value = ${value};
		emptcp_event_submit(e);
	}`,
    },
    { version },
  );
const choosing = selectorSource("choosing", {
  top: "struct seen { __u8 tcp; };\nEMPTCP_EVENT(seen, 1, struct seen);",
  body: `	struct seen *e = emptcp_event_begin(pkt, seen);
	if (e) {
		e->tcp = emptcp_has_tcp(pkt);
		emptcp_event_submit(e);
	}
	emptcp_log(pkt, "chosen");`,
});

const packet = tcp({ payload: Buffer.from("hello") }).bytes;

/** Reads until that many came, and their problems. */
async function read(
  engine: Engine,
  count: number,
  options: Parameters<Engine["events"]>[0] = {},
): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  if (count > 0)
    for await (const event of engine.events({ ...options, signal: AbortSignal.timeout(5000) }))
      if (events.push(event) === count) break;
  return events;
}

describe("events", () => {
  const workshop = new ModuleWorkshop();
  let made: Record<"telling" | "talking" | "one" | "two" | "choosing", InstalledModule>;
  beforeAll(async () => {
    const [a, b, one, two, c] = await Promise.all(
      [telling, talking, small("1.0.0", "__u32", 7), small("2.0.0", "__u64", 9), choosing].map((s) =>
        workshop.make(s),
      ),
    );
    made = { telling: a, talking: b, one, two, choosing: c } as typeof made;
  });
  afterAll(() => workshop.remove());
  const catalog = (...more: InstalledModule[]): ModuleCatalog =>
    ModuleCatalog.of([...modules.list(), ...more]);

  it.each(["xdp", "tc-ingress", "tc-egress"] as const)(
    "reach user space as their C type says (%s)",
    async (hook) => {
      await withEngine(
        async (engine) => {
          const chain = [step("record"), step("telling"), step("pass")];
          await engine.apply(testSet("web", [rule("slow", { chain })], hook));
          const before = bootTimeNs();
          engine.testRun(hook, packet);
          const [joined, number] = await read(engine, 2);
          expect(joined).toMatchObject({
            ...{ module: "telling", package: "@test/actor-telling", version: "0.1.0", event: "joined" },
            ...{ set: "web", policy: "slow", hook, step: 1 },
          });
          expect(joined?.time).toBeGreaterThanOrEqual(before);
          expect(joined?.time).toBeLessThanOrEqual(bootTimeNs());
          expect(joined?.data).toEqual({
            ...{ v4: "10.0.0.1", v6: "fd00::1", mapped: "192.0.2.1", mac: "02:00:00:00:00:ff" },
            ...{ name: "wlan0", place: "THERE", low: 5, high: 17, raw: Buffer.from([0, 0xab, 0]) },
            list: [
              { port: 0, delta: 0 },
              { port: 443, delta: -2 },
            ],
            ...{ wide: 1n << 60n, order: 77, yes: true, either: Buffer.from([4, 3, 2, 1]) },
          });
          expect(number).toMatchObject({ event: "number", data: { value: 42 } });
        },
        { modules: catalog(made.telling) },
      );
    },
  );

  it("come from selectors, too, which belong to no policy", async () => {
    await withEngine(
      async (engine) => {
        await engine.apply(testSet("web", [rule("a", { when: match("choosing") })]), { log: true });
        engine.testRun("tc-ingress", packet);
        const events = await read(engine, 2, { log: true });
        expect(events).toMatchObject([
          { module: "choosing", event: "seen", data: { tcp: 1 } },
          { module: "choosing", event: "log", data: { text: "chosen" } },
        ]);
        expect(events[0]).not.toHaveProperty("policy");
      },
      { modules: catalog(made.choosing) },
    );
  });

  it("are read by the description of the version that wrote them, installed or not", async () => {
    await withEngine(
      async (engine, pinDir) => {
        const set = testSet("web", [rule("a", { chain: [step("small")] })]);
        await engine.apply(set);
        engine.testRun("tc-ingress", packet);
        await withEngineOn(pinDir, catalog(made.two), async (upgraded) => {
          await upgraded.apply(set);
          upgraded.testRun("tc-ingress", packet);
        });
        await withEngineOn(pinDir, modules, async (without) => {
          const events = await read(without, 2);
          expect(events).toMatchObject([
            { module: "small", version: "1.0.0", data: { value: 7 } },
            { module: "small", version: "2.0.0", data: { value: 9n } },
          ]);
        });
      },
      { modules: catalog(made.one) },
    );
  });

  it("keep their numbers from generation to generation", async () => {
    await withEngine(
      async (engine) => {
        await engine.apply(testSet("a", [rule("a", { chain: [step("small")] })]));
        const number = engine.current().emitters.find((e) => e.module === "small")?.number;
        await engine.apply(testSet("b", [rule("b", { chain: [step("record"), step("drop")] })]));
        expect(engine.current().emitters.find((e) => e.module === "small")?.number).toBe(number);
        const numbers = engine.current().emitters.map((e) => e.number);
        expect(new Set(numbers).size).toBe(numbers.length);
      },
      { modules: catalog(made.one) },
    );
  });

  it("count as lost when the buffer is full, and reading goes on", async () => {
    await withEngine(
      async (engine, pinDir) => {
        await engine.apply(testSet("web", [rule("a", { chain: [step("telling")] })]));
        using root = BpfProgram.fromPin(`${pinDir}/ports/0_root`);
        const told: bigint[] = [];
        const events = engine.events({
          onLost: (more) => told.push(more),
          signal: AbortSignal.timeout(20_000),
        });
        const iterator = events[Symbol.asyncIterator]();
        const first = iterator.next();
        for (let burst = 0; burst < 2; burst++) root.testRun({ data: packet, repeat: 20_000 });
        expect(await first).toMatchObject({ done: false });
        let seen = 1;
        while (seen + Number(events.lost()) < 80_000) {
          const { value } = await iterator.next();
          expect(value?.module).toBe("telling");
          seen++;
        }
        await iterator.return();
        expect(seen).toBeGreaterThan(1000);
        expect(events.lost()).toBe(80_000n - BigInt(seen));
        expect(told.reduce((a, b) => a + b, 0n)).toBe(events.lost());
        expect(engine.counters().eventsLost).toBe(events.lost());
        expect(events.damaged()).toBe(0n);
      },
      { modules: catalog(made.telling) },
    );
  });

  it("are refused to a second reader by the name of the first", async () => {
    await withEngine(async (engine, pinDir) => {
      await engine.apply(testSet("web", [rule("a")]));
      const stop = new AbortController();
      const first = engine.events({ signal: stop.signal })[Symbol.asyncIterator]();
      const waiting = first.next();
      await expect(read(engine, 1)).rejects.toMatchObject({
        code: "ERR_EMPTCP_EVENTS_TAKEN",
        message: expect.stringContaining(`this process (${process.pid})`) as string,
      });
      stop.abort();
      expect(await waiting).toMatchObject({ done: true });
      const child = startChild({ pinDir, events: true });
      try {
        await new Promise((resolve) => child.process.stdout?.once("data", resolve));
        await expect(read(engine, 1)).rejects.toThrow(`process ${child.process.pid}: `);
      } finally {
        child.process.kill("SIGKILL");
        await child.done;
      }
      // the lock ends with its process
      engine.testRun("tc-ingress", packet);
      for await (const _ of engine.events({ signal: AbortSignal.timeout(50) })) break;
    });
  });

  it("that are damaged are told, and those behind them come", async () => {
    await withEngine(
      async (engine) => {
        await engine.apply(testSet("web", [rule("a", { chain: [step("liar"), step("small")] })]));
        engine.testRun("tc-ingress", packet);
        const problems: EventProblem[] = [];
        expect(await read(engine, 1, { onProblem: (p) => problems.push(p) })).toMatchObject([
          { module: "small", data: { value: 7 } },
        ]);
        expect(problems.map((p) => p.reason)).toEqual([
          expect.stringContaining("not as many as it says"),
          "event 77 is not in the manifest of liar 0.1.0",
          "event told has layout 9, the manifest of liar 0.1.0 describes 1",
          "event told of liar 0.1.0 has 1 bytes, not 4",
          "module number 60000 is not known",
        ]);
      },
      { modules: catalog(made.one, await workshop.make(liar)) },
    );
  });

  it("end with their engine", async () => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("web", [rule("a")]));
      const events = engine.events()[Symbol.asyncIterator]();
      const waiting = events.next();
      await engine.detach();
      expect(await waiting).toMatchObject({ done: true });
    });
  });

  it("need an engine that runs", async () => {
    await withEngine(async (engine) => {
      await expect(read(engine, 1)).rejects.toMatchObject({ code: "ERR_EMPTCP_NOT_RUNNING" });
    });
  });
});

async function withEngineOn(
  pinDir: string,
  catalog: ModuleCatalog,
  work: (engine: Engine) => Promise<void>,
): Promise<void> {
  const { openEngine } = await import("@emptcp/core");
  using engine = await openEngine({ pinDir, modules: catalog, stateDir: false });
  await work(engine);
}

const liar = actorSource("liar", {
  top: `struct told { __u32 value; };
EMPTCP_EVENT(told, 1, struct told);

static __always_inline void lie(const struct emptcp_pkt *pkt, __u16 module, __u16 kind, __u16 version, const __u16 length,
				__u16 claimed)
{
	struct emptcp_event *e = emptcp_event_reserve(pkt, kind, version, length);

	if (!e)
		return;
	if (module)
		e->module = module;
	e->length = claimed;
	bpf_ringbuf_submit(e, 0);
}`,
  body: `	lie(pkt, 0, emptcp_event_kind_told, 1, 28, 2000);
	lie(pkt, 0, 77, 1, 28, 28);
	lie(pkt, 0, emptcp_event_kind_told, 9, 28, 28);
	lie(pkt, 0, emptcp_event_kind_told, 1, 28, 25);
	lie(pkt, 60000, emptcp_event_kind_told, 1, 28, 28);`,
});
