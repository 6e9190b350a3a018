import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  evaluate,
  expandCondition,
  ModuleCatalog,
  openEngine,
  type Condition,
  type Engine,
  type Hook,
  type PacketFacts,
  type PolicySet,
  type Problem,
} from "@emptcp/core";
import {
  ModuleWorkshop,
  arp,
  fragmentHeader,
  hopByHop,
  icmp,
  icmpv6,
  ip,
  tcp,
  udp,
  type LinkFields,
  type Packet,
} from "@emptcp/testing";
import {
  hookArbitrary,
  packetArbitrary,
  policySetsArbitrary,
} from "../../packages/core/test/support/arbitraries.js";
import {
  detachAll,
  faults,
  match,
  modules,
  newPinDir,
  newSeed,
  rule,
  step,
  testSet,
  withEngine,
} from "./support.js";
import { tokenSource } from "./token-source.js";

const CASES = 24;
const PACKETS = 15;
/** Address text of a number, as the packet builder reads it. */
const addressText = (family: 4 | 6, value: bigint): string =>
  family === 4
    ? [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".")
    : Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(":");

/** Things around a packet that matching must see through: tags, IPv4 options, IPv6 extension headers. */
const decorations: readonly { readonly link: LinkFields; readonly v4: object; readonly v6: object }[] = [
  { link: {}, v4: {}, v6: {} },
  { link: { vlan: [5] }, v4: { options: [1, 1, 1, 1] }, v6: { extensions: [hopByHop()] } },
  { link: { vlan: [7, 5] }, v4: {}, v6: {} },
  { link: {}, v4: { options: new Uint8Array(40).fill(1) }, v6: { extensions: [hopByHop(), hopByHop()] } },
];

/** A packet of which these facts are true. */
function packetOf(facts: PacketFacts, decoration: number): Packet {
  const { link, v4, v6 } = decorations[decoration % decorations.length] ?? { link: {}, v4: {}, v6: {} };
  const { family, proto, sport, dport } = facts;
  if (family === 0) return arp(link);
  const token = facts.keys?.["token"]?.["token"];
  const priority = token === undefined ? 0 : Number(token) + 1;
  const around = family === 4 ? { tos: priority, ...v4 } : { trafficClass: priority, ...v6 };
  const header = {
    src: addressText(family, facts.src ?? 0n),
    dst: addressText(family, facts.dst ?? 0n),
    ...around,
  };
  if (proto === 17) return udp({ ...link, ip: header, sport: sport ?? 0, dport: dport ?? 0 });
  if (proto === 1) return icmp({ ...link, ip: header });
  if (proto === 58) return icmpv6({ ...link, ip: header });
  if (sport !== undefined && dport !== undefined) return tcp({ ...link, ip: header, sport, dport });
  // Protocol TCP without ports: a later fragment.
  const payload = new Uint8Array(32);
  if (family === 4) return ip({ ...link, ip: { ...header, offset: 64 }, protocol: 6, payload });
  return ip({
    ...link,
    ip: { ...header, extensions: [fragmentHeader({ offset: 64 })] },
    protocol: 6,
    payload,
  });
}

/**
 * The same sets on the test port of one hook, with a chain of modules that are there. Policies of a name that
 * is taken and those that can never match, which core refuses, are left out.
 */
function onTestPort(sets: readonly PolicySet[], hook: Hook, catalog: ModuleCatalog): PolicySet[] {
  return sets
    .map((set) =>
      testSet(
        set.name,
        set.policies
          .filter((p, i) => set.policies.findIndex((q) => q.name === p.name) === i)
          .filter((p) => canMatch(p.when, hook, catalog))
          .map((p, i) => ({ ...p, chain: i % 2 === 0 ? [step("pass")] : [] })),
        hook,
      ),
    )
    .filter((set) => set.policies.length > 0);
}

function canMatch(when: Condition, hook: Hook, catalog: ModuleCatalog): boolean {
  try {
    return expandCondition(when, hook, catalog).length > 0;
  } catch {
    return true;
  }
}

/** Makes exactly these sets run, in place of those before; false when core refuses one of them for its size. */
async function applyAll(engine: Engine, sets: readonly PolicySet[]): Promise<boolean> {
  try {
    for (const { name } of engine.list()) if (!sets.some((s) => s.name === name)) await engine.delete(name);
    for (const set of sets) await engine.apply(set);
    return true;
  } catch (error) {
    const problems = (error as { problems?: Problem[] }).problems ?? [error as Problem];
    const refusal = /_(TOO_MANY_TABLES|TOO_MANY_NEGATIONS|TOO_MANY_SELECTORS|CONDITION_SIZE|KEY_SIZE)$/;
    if (problems.every((p) => refusal.test(p.code) || p.severity === "warning")) return false;
    throw new Error(`${(error as Error).message} in ${JSON.stringify(sets)}`);
  }
}

const usesToken = (condition: Condition): boolean =>
  condition.kind === "match"
    ? condition.module === "token"
    : condition.kind === "not"
      ? usesToken(condition.of)
      : condition.of.some(usesToken);

describe("matching in the kernel", () => {
  const workshop = new ModuleWorkshop();
  const pinDir = newPinDir();
  let catalog: ModuleCatalog;
  let engine: Engine;

  beforeAll(async () => {
    const token = await workshop.make(tokenSource);
    catalog = ModuleCatalog.of([...modules.list(), token]);
    engine = await openEngine({ pinDir, modules: catalog });
  });

  afterAll(async () => {
    await detachAll(pinDir);
    engine.close();
    workshop.remove();
  });

  it("equals the reference evaluator on random policies and packets", async () => {
    const seed = newSeed();
    console.log(`seed ${seed} (EMPTCP_SEED=${seed} repeats it)`);
    const seen = { run: 0, refused: 0, packets: 0, matched: 0, several: 0, token: 0 };
    const cases = fc.asyncProperty(
      policySetsArbitrary,
      hookArbitrary,
      fc.array(fc.tuple(packetArbitrary, fc.nat(7)), { minLength: PACKETS, maxLength: PACKETS }),
      async (generated, hook, packets) => {
        const sets = onTestPort(generated, hook, catalog);
        const runs = sets.length > 0 && (await applyAll(engine, sets));
        if (!runs) seen.refused++;
        fc.pre(runs);
        seen.run++;
        if (sets.some((s) => s.policies.some((p) => usesToken(p.when)))) seen.token++;
        let before = counts(engine);
        for (const [facts, decoration] of packets) {
          const expected = evaluate(sets, facts, hook, "@test", catalog).map(
            (r) => `${r.set}/${r.policy.name}`,
          );
          engine.testRun(hook as "xdp", packetOf(facts, decoration).bytes);
          const after = counts(engine);
          const matched = Object.keys(after).filter((name) => after[name] !== before[name]);
          expect(matched.sort(), `${show(facts)} on ${hook}, decoration ${decoration}`).toEqual(
            [...expected].sort(),
          );
          for (const name of matched) expect(after[name] as bigint).toBe((before[name] as bigint) + 1n);
          before = after;
          seen.packets++;
          if (expected.length > 0) seen.matched++;
          if (expected.length > 1) seen.several++;
        }
        expect(faults(engine)).toBe(0n);
      },
    );
    await fc.assert(cases, {
      seed,
      numRuns: CASES,
      maxSkipsPerRun: 2,
      endOnFailure: process.env["EMPTCP_SHRINK"] === undefined,
    });
    console.log(seen);
    expect(seen.packets).toBeGreaterThan(200);
    expect(seen.matched).toBeGreaterThan(50);
    expect(seen.several).toBeGreaterThan(0);
  });
});

describe("negation", () => {
  it("holds for a packet that hits a literal of more than twenty tables", async () => {
    await withEngine((engine) => negated(engine));
  });
});

async function negated(engine: Engine): Promise<void> {
  const but = (lengths: readonly number[]): Condition => ({
    kind: "all",
    of: [
      match("tcp"),
      ...lengths.map((n) => ({ kind: "not" as const, of: match("ip-pair", { src: `10.0.0.0/${n}` }) })),
    ],
  });
  const lengths = Array.from({ length: 22 }, (_, i) => 8 + i);
  const groups = [0, 7, 14, 21].map((from) => lengths.slice(from, from + 7));
  await engine.apply(
    testSet(
      "s",
      groups.map((group, i) => rule(`p${i}`, { when: but(group), continue: true })),
    ),
  );
  engine.testRun("tc-ingress", tcp({ ip: { src: "10.0.0.1", dst: "10.9.0.1" } }).bytes);
  expect(Object.values(counts(engine))).toEqual([0n, 0n, 0n, 0n]);
  engine.testRun("tc-ingress", tcp({ ip: { src: "11.0.0.1", dst: "10.9.0.1" } }).bytes);
  expect(Object.values(counts(engine))).toEqual([1n, 1n, 1n, 1n]);
}

/** Packets of each policy and, as a check on the chain, of its step: both must agree. */
function counts(engine: Engine): Record<string, bigint> {
  return Object.fromEntries(
    engine.stats().map((p) => {
      expect(p.steps[0]?.packets ?? p.packets).toBe(p.packets);
      return [`${p.set}/${p.policy}`, p.packets];
    }),
  );
}

const show = (facts: PacketFacts): string =>
  JSON.stringify(facts, (_, value: unknown) =>
    typeof value === "bigint" ? `0x${value.toString(16)}` : value,
  );
