import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor, ActorDefinition, Hook, Step } from "@emptcp/core";
import type { Packet, TcpFields } from "../packet/index.js";
import { openChain, type OpenChain } from "../run/index.js";
import { dataSegment } from "./base-packet.js";
import {
  expectChecksumsKept,
  expectCleanRun,
  expectHandedOn,
  expectOnlyAllowedChanges,
  mayEnd,
  type Allowance,
} from "./check-run.js";
import { malformedTcp, mpCapableSyns, oddIp, otherTraffic, truncated, type Traffic } from "./hostile.js";
import { manifestOf } from "./manifest.js";
import { openBpfFiles } from "./open-files.js";
import { testLayout } from "./layout.js";
import { testObjects, testParams } from "./params.js";
import { probe } from "../probe.js";
import { looksPartial, wellFormed } from "./well-formed.js";

/** What the contract needs to know of an actor. */
export interface ActorContract<Params> {
  /** Parameters that it works with. */
  readonly sample: Params;
  /** A packet that it acts on; by default a data segment of an MPTCP subflow. */
  readonly packet?: Packet<TcpFields>;
  /** Traffic besides well-formed TCP that it may change. */
  readonly touches?: readonly Traffic[];
  /** Steps to put before it, where it requires fields that they provide. */
  readonly before?: readonly Step[];
}

type Params<D extends ActorDefinition> = NonNullable<Parameters<Actor<D>>[0]> | Record<never, never>;

/**
 * Registers the suites that every actor must pass, for each of its hooks on the real kernel.
 * The module must be built; needs root.
 */
export function testActor<const D extends ActorDefinition>(
  actor: Actor<D>,
  contract: ActorContract<Params<D>>,
): void {
  const make = actor as unknown as (params: unknown) => Step;
  const manifest = manifestOf(actor.definition.root);
  const allowance = { powers: manifest.powers, touches: contract.touches ?? [] };
  const steps = [...(contract.before ?? []), make(contract.sample)];
  describe(`contract of ${manifest.module}`, () => {
    testObjects(manifest, actor.definition);
    testLayout(actor.definition.root, manifest);
    testParams(manifest, contract.sample as Record<string, unknown>);
  });
  describe.each([...manifest.hooks])(`contract of ${manifest.module} on %s`, (hook) => {
    testFollowed(hook, steps, contract.packet ?? dataSegment(), allowance);
    testLast(hook, steps, contract.packet ?? dataSegment(), allowance);
  });
}

/** The actor with another one behind it. */
function testFollowed(
  hook: Hook,
  steps: readonly Step[],
  packet: Packet<TcpFields>,
  allowance: Allowance,
): void {
  let chain: OpenChain;
  beforeAll(async () => {
    chain = await openChain(hook, [...steps, probe()]);
  });
  afterAll(() => chain?.close());

  it("hands on to the next actor", () => {
    const result = chain.run(packet);
    expectHandedOn(result, allowance);
    if (!mayEnd(allowance)) expect(result.counters.steps).toEqual([...steps, probe].map(() => 1));
  });

  it("survives packets cut off at every length", () => {
    for (const input of truncated(hook, packet)) {
      const result = chain.run(input.packet);
      expectHandedOn(result, allowance);
      expectOnlyAllowedChanges(input, result, allowance);
    }
  });

  it.each([...malformedTcp(packet), ...oddIp(packet), ...otherTraffic()])("survives $name", (input) => {
    const result = chain.run(input.packet);
    expectHandedOn(result, allowance);
    expectOnlyAllowedChanges(input, result, allowance);
  });

  it.each([
    ...wellFormed(packet),
    { name: "a good checksum that looks partial", packet: looksPartial(packet) },
  ])("keeps checksums right: $name", (input) => {
    const result = chain.run(input.packet);
    expectHandedOn(result, allowance);
    expectChecksumsKept(input.packet, result);
  });

  it.each(wellFormed(packet.with({ checksum: "partial" })))(
    "keeps partial checksums partial: $name",
    (input) => {
      // On TC only a GSO packet has a partial checksum; on XDP the bytes say so.
      expectChecksumsKept(input.packet, chain.run(input.packet, hook === "xdp" ? {} : { gsoSize: 1000 }));
    },
  );
}

/** The actor as the last step. */
function testLast(hook: Hook, steps: readonly Step[], packet: Packet<TcpFields>, allowance: Allowance): void {
  describe.each([false, true])("as the last actor, with continue: %s", (goOn) => {
    let chain: OpenChain;
    beforeAll(async () => {
      chain = await openChain(hook, steps, { continue: goOn, onError: "drop" });
    });
    afterAll(() => chain?.close());

    it("ends cleanly", () => {
      const result = chain.run(packet);
      expectCleanRun(result);
      expect(result.counters.steps).toEqual(steps.map(() => 1));
      if (!mayEnd(allowance)) expect(result.verdict).toBe("pass");
    });

    it.each(mpCapableSyns())("does not drop $name", (input) => {
      for (let i = 0; i < 20; i++) expect(chain.run(input.packet).verdict).not.toBe("drop");
    });
  });

  it("leaves no file descriptor open", async () => {
    const before = openBpfFiles();
    const chain = await openChain(hook, steps);
    chain.run(packet);
    await chain.close();
    expect(openBpfFiles()).toEqual(before);
  });
}
