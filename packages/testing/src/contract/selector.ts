import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Condition, Hook, Match, Selector, SelectorDefinition } from "@emptcp/core";
import "../matchers/index.js";
import type { Packet, TcpFields } from "../packet/index.js";
import { openChain, type OpenChain } from "../run/index.js";
import { dataSegment } from "./base-packet.js";
import { malformedTcp, oddIp, otherTraffic, truncated } from "./hostile.js";
import { manifestOf } from "./manifest.js";
import { openBpfFiles } from "./open-files.js";
import { testLayout } from "./layout.js";
import { testObjects } from "./params.js";
import { probe } from "../probe.js";

type Packets = readonly Packet[] | ((hook: Hook) => readonly Packet[]);

/** What the contract needs to know of a selector. */
export interface SelectorContract<Params> {
  /** What it shall find. */
  readonly sample: Params;
  /** Packets that match the sample, at least one; a function where they differ by hook. */
  readonly matches: Packets;
  /** Packets that do not match it, at least one. */
  readonly misses: Packets;
  /** The packet that hostile ones are made of; by default a data segment of an MPTCP subflow. */
  readonly packet?: Packet<TcpFields>;
}

type Params<D extends SelectorDefinition> = NonNullable<Parameters<Selector<D>>[0]>;

/**
 * Registers the suites that every selector must pass, for each of its hooks on the real kernel.
 * The module must be built; needs root.
 */
export function testSelector<const D extends SelectorDefinition>(
  selector: Selector<D>,
  contract: SelectorContract<Params<D>>,
): void {
  const make = selector as unknown as (params: unknown) => Match;
  const manifest = manifestOf(selector.definition.root);
  const base = contract.packet ?? dataSegment();
  describe(`contract of ${manifest.module}`, () => {
    testObjects(manifest, selector.definition);
    testLayout(selector.definition.root, manifest);
  });
  describe.each([...manifest.hooks])(`contract of ${manifest.module} on %s`, (hook) => {
    const of = (packets: Packets): readonly Packet[] =>
      typeof packets === "function" ? packets(hook) : packets;
    const match = make(contract.sample);
    const [hits, misses] = [of(contract.matches), of(contract.misses)];
    it("is tried on packets that match and on packets that do not", () => {
      expect(hits.length, "matches").toBeGreaterThan(0);
      expect(misses.length, "misses").toBeGreaterThan(0);
    });
    describe("on hostile packets", () => testHostile(hook, match, base));
    describe("alone", () => testCondition(hook, match, hits, misses));
    describe("negated", () => testCondition(hook, { kind: "not", of: match }, misses, hits));
    describe("beside itself", () => testCondition(hook, { kind: "any", of: [match, match] }, hits, misses));
  });
}

/** Packets that the condition matches are dropped by a probe; all others pass. */
function testCondition(
  hook: Hook,
  when: Condition,
  hits: readonly Packet[],
  misses: readonly Packet[],
): void {
  const filesBefore = openBpfFiles();
  let chain: OpenChain;
  beforeAll(async () => {
    chain = await openChain(hook, [probe()], { when });
  });
  afterAll(async () => {
    await chain?.close();
    expect(openBpfFiles(), "open BPF files").toEqual(filesBefore);
  });

  it.each(hits.map((packet, i) => [i, packet] as const))("matches packet %i", (_, packet) => {
    const result = chain.run(packet);
    expect(result.verdict).toBe("drop");
    expect(result.counters).toMatchObject({ matched: 1, missed: 0 });
  });

  it.each(misses.map((packet, i) => [i, packet] as const))("misses packet %i", (_, packet) => {
    const result = chain.run(packet);
    expect(result.verdict).toBe("pass");
    expect(result.counters).toMatchObject({ matched: 0, missed: 0 });
  });
}

/** Packets that lie about themselves do no harm, and none is changed. */
function testHostile(hook: Hook, when: Condition, base: Packet<TcpFields>): void {
  let chain: OpenChain;
  beforeAll(async () => {
    chain = await openChain(hook, [probe()], { when });
  });
  afterAll(() => chain?.close());

  it("survives packets cut off at every length, and changes none", () => {
    for (const { packet } of truncated(hook, base)) expectUntouched(chain, packet);
  });

  it.each([...malformedTcp(base), ...oddIp(base), ...otherTraffic()])(
    "survives $name, and does not change it",
    ({ packet }) => {
      expectUntouched(chain, packet);
    },
  );
}

function expectUntouched(chain: OpenChain, packet: Packet): void {
  const result = chain.run(packet);
  expect.soft(["pass", "drop"]).toContain(result.verdict);
  expect.soft(result.packet).toEqualPacket(packet);
  expect.soft(result.counters.missed, "missed tail calls").toBe(0);
  expect.soft(result.metadata, "bytes of metadata left in front of the packet").toBe(0);
}
