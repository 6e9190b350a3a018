import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  HOOKS,
  ModuleCatalog,
  REFUSALS,
  refusalName,
  type Engine,
  type Hook,
  type StepStats,
} from "@emptcp/core";
import { BpfMap } from "@emptcp/core/libbpf";
import { ModuleWorkshop } from "@emptcp/testing";
import { obedient, order, ORDERS, verdictOf, type Order } from "./obedient.js";
import { match, modules, newSeed, REPOSITORY, rule, runChild, step, testSet, withEngine } from "./support.js";

const workshop = new ModuleWorkshop();
let catalog: ModuleCatalog;

beforeAll(async () => {
  catalog = ModuleCatalog.of([...modules.list(), await workshop.make(obedient)]);
});
afterAll(() => workshop.remove());

/** Orders in an order of their own for each seed. */
function orders(count: number, seed: number): Order[] {
  let state = seed | 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 48271) & 0x7fffffff) | 1;
    return ORDERS[(state >>> 8) % ORDERS.length] as Order;
  });
}

const chains = (hook: Hook) =>
  testSet(
    "s",
    [
      rule("p", {
        when: match("port", { dst: "1-1023" }),
        chain: [step("obedient"), step("pass")],
        priority: 1,
      }),
      rule("q", { when: match("tcp"), chain: [step("pass"), step("obedient")] }),
    ],
    hook,
  );

/** Counters without those that are zero, as numbers. */
const plain = (counters: Readonly<Record<string, bigint>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counters).flatMap(([k, n]) => (n === 0n ? [] : [[k, Number(n)]])));
const shown = ({ module, packets, verdicts, refusalNames }: StepStats) => ({
  module,
  packets: Number(packets),
  verdicts: plain(verdicts),
  refusals: plain(refusalNames),
});

/** What the counters must be, from what was sent and nothing else. */
class Oracle {
  readonly #policies = new Map<
    string,
    { packets: number; bytes: number; steps: ReturnType<typeof shown>[] }
  >();

  constructor(policies: Readonly<Record<string, readonly string[]>>) {
    for (const [name, chain] of Object.entries(policies)) {
      const steps = chain.map((module) => ({ module, packets: 0, verdicts: {}, refusals: {} }));
      this.#policies.set(name, { packets: 0, bytes: 0, steps });
    }
  }

  send(name: string, what: Order, length: number): void {
    const policy = this.#policies.get(name);
    if (!policy) throw new Error(name);
    const rounds = what === "again" ? 3 : 1; // twice again, and once more in vain
    policy.packets += rounds;
    policy.bytes += rounds * length;
    for (const s of policy.steps) {
      s.packets += rounds;
      if (s.module !== "obedient") continue;
      const add = (to: Record<string, number>, key: string): void => void (to[key] = (to[key] ?? 0) + rounds);
      if (what === "refuse") add(s.refusals, "GSO packet");
      else if (what === "refuse own") add(s.refusals, "too sunny");
      else if (what !== "next") add(s.verdicts, what);
      if (what !== "next" && !what.startsWith("refuse")) return;
    }
  }

  expect(engine: Engine): void {
    const found = engine.stats().map((p) => {
      const { packets, bytes, steps } = p;
      return [p.policy, { packets: Number(packets), bytes: Number(bytes), steps: steps.map(shown) }] as const;
    });
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(this.#policies));
  }
}

const POLICIES = { p: ["obedient", "pass"], q: ["pass", "obedient"] };

describe("counters of policies and steps", () => {
  it.each(HOOKS)("are exact at %s, for every way a chain can end", async (hook) => {
    await withEngine(
      async (engine) => {
        await engine.apply(chains(hook));
        const oracle = new Oracle(POLICIES);
        const seed = newSeed();
        for (const [i, what] of orders(300, seed).entries()) {
          const packet = order(what, { dport: i % 3 === 0 ? 80 : 8080, payload: Buffer.alloc(i) });
          expect(engine.testRun(hook, packet).verdict, `${what}, seed ${seed}`).toBe(verdictOf(hook, what));
          oracle.send(i % 3 === 0 ? "p" : "q", what, packet.length);
        }
        oracle.expect(engine);
      },
      { modules: catalog },
    );
  });

  it("go on over other generations, begin anew with another chain, and never show those of others", async () => {
    await withEngine(
      async (engine) => {
        const oracle = new Oracle(POLICIES);
        for (let round = 0; round < 3; round++) {
          await engine.apply(chains("xdp"), { rebuild: round === 1 });
          for (const what of ORDERS) {
            engine.testRun("xdp", order(what));
            oracle.send("q", what, order(what).length);
          }
        }
        oracle.expect(engine);
        for (let round = 0; round < 3; round++) {
          // Slots come from a free list: the new chains get those of the old.
          const fresh = rule("q", {
            when: match("tcp"),
            chain: Array(2 + round).fill(step("obedient")) as never,
          });
          await engine.apply(testSet("s", [fresh], "xdp"));
          for (const s of engine.stats()[0]?.steps ?? [])
            expect(shown(s)).toEqual({ module: "obedient", packets: 0, verdicts: {}, refusals: {} });
          for (const what of ORDERS) engine.testRun("xdp", order(what));
        }
      },
      { modules: catalog },
    );
  });

  it("of verdicts have chunks where policies use them, beyond the first too", async () => {
    await withEngine(
      async (engine, pinDir) => {
        const chain = Array.from({ length: 28 }, () => step("pass"));
        const many = Array.from({ length: 40 }, (_, i) =>
          rule(`m${i}`, { when: match("port", { dst: 20000 + i }), chain, priority: 1 }),
        );
        const last = rule("z", { when: match("tcp"), chain: [step("obedient")], priority: -1 });
        await engine.apply(testSet("s", [...many, last], "xdp"));
        for (let i = 0; i < 5; i++) engine.testRun("xdp", order("drop"));
        expect(engine.stats().find((p) => p.policy === "z")?.steps[0]?.verdicts.drop).toBe(5n);
        using chunks = BpfMap.fromPin(join(pinDir, "maps", "emptcp_verdicts"));
        expect([...chunks.entries()].length).toBe(2);
      },
      { modules: catalog },
    );
  });

  it("of rules tell each rule's packets and bytes", async () => {
    await withEngine(async (engine) => {
      await engine.apply(testSet("s", [rule("p", { when: match("port", { dst: 443 }) })], "tc-ingress"));
      const { rules } = engine.policy("p");
      await rules.add({ when: match("port", { dst: 80 }) });
      const lengths = [0, 10, 100].map((n) => order("next", { dport: 80, payload: Buffer.alloc(n) }));
      for (const packet of lengths) engine.testRun("tc-ingress", packet);
      engine.testRun("tc-ingress", order("next", { dport: 443 }));
      const own = [...rules.list()].filter((r) => r.handle !== undefined);
      expect(own.map((r) => [r.packets, r.bytes])).toEqual([
        [3n, BigInt(lengths.reduce((sum, p) => sum + p.length, 0))],
      ]);
      expect(engine.stats()[0]?.packets).toBe(4n);
    });
  });

  it("of a step say that the next one was missed", async () => {
    await withEngine(
      async (engine, pinDir) => {
        await engine.apply(chains("xdp"));
        const [second] = engine.current().steps.filter((s) => s.module === "pass" && s.position === 0);
        using steps = BpfMap.fromPin(join(pinDir, "programs", `${engine.current().slot}`, "steps_xdp"));
        const key = Buffer.alloc(4);
        key.writeUInt32LE(second?.slot ?? 0);
        steps.delete(key);
        for (let i = 0; i < 4; i++) engine.testRun("xdp", order("next", { dport: 80 }));
        const [p] = engine.stats();
        expect(p?.steps.map(shown).map((s) => [s.packets, s.verdicts])).toEqual([
          [4, { missed: 4 }],
          [0, {}],
        ]);
        expect(engine.counters().stepMissed).toBe(4n);
      },
      { modules: catalog },
    );
  });

  it("are read by other processes while one changes policies", async () => {
    await withEngine(
      async (engine, pinDir) => {
        await engine.apply(chains("xdp"));
        const extra = catalog.list().filter((m) => m.manifest.module === "obedient");
        await runChild({ pinDir, extra, apply: chains("tc-egress") });
        for (let i = 0; i < 7; i++) engine.testRun("tc-egress", order("pass"));
        expect(engine.stats().find((p) => p.policy === "q")?.steps[1]?.verdicts.pass).toBe(7n);
      },
      { modules: catalog },
    );
  });
});

describe("names of refusals", () => {
  it("are as many as the SDK's reasons", () => {
    const header = readFileSync(join(REPOSITORY, "packages/core/include/emptcp/refuse.bpf.h"), "utf8");
    const reasons = header.match(/^\tEMPTCP_REFUSED_(?!MODULE)\w+(?=,)/gm);
    expect(REFUSALS).toHaveLength(reasons?.length ?? 0);
  });

  it("are words for the SDK's reasons, the module's own, and numbers for what nobody named", () => {
    expect([1, 2, 11, 64, 65, 12].map((reason) => refusalName(reason, ["too sunny"]))).toEqual([
      ...["no room", "GSO packet", "protected SYN", "too sunny", "reason 65", "reason 12"],
    ]);
  });
});
