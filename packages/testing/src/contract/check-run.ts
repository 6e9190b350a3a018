import { expect } from "vitest";
import type { Manifest, Power } from "@emptcp/core";
import "../matchers/index.js";
import { dissect } from "../dissect/index.js";
import type { Packet } from "../packet/index.js";
import type { RunResult } from "../run/index.js";
import type { HostileCase, Traffic } from "./hostile.js";

/** What an actor may do, by its manifest and its test. */
export interface Allowance {
  readonly powers: readonly Power[];
  readonly touches: readonly Traffic[];
}

/** Whether the actor may end a chain by a verdict of its own. */
export function mayEnd({ powers }: Allowance): boolean {
  return powers.some((power) => power === "drop" || power === "redirect");
}

/** Whether the actor may change bytes at all. */
export function mayChange({ powers }: Pick<Manifest, "powers">): boolean {
  return powers.some(
    (power) => power === "change-header" || power === "change-length" || power === "redirect",
  );
}

/** The chain ran through: no tail call missed, no step failed, nothing left in front of the packet. */
export function expectCleanRun(result: RunResult): void {
  expect
    .soft(result.counters, "tail calls and failed steps")
    .toMatchObject({ matched: 1, missed: 0, failed: 0 });
  expect.soft(result.metadata, "bytes of metadata left in front of the packet").toBe(0);
}

/** The packet was handed on to the probe that follows, or the actor ended the chain and may. */
export function expectHandedOn(result: RunResult, allowance: Allowance): void {
  expectCleanRun(result);
  const verdicts = mayEnd(allowance) ? ["drop", "redirect", "tx"] : ["drop"];
  expect.soft(verdicts, "verdict: a following actor drops the packet").toContain(result.verdict);
}

/** Bytes changed only as the manifest says, and not at all in traffic that is none of the actor's business. */
export function expectOnlyAllowedChanges(input: HostileCase, result: RunResult, allowance: Allowance): void {
  const foreign = input.traffic !== undefined && !allowance.touches.includes(input.traffic);
  if (foreign || !mayChange(allowance)) expect.soft(result.packet).toEqualPacket(input.packet);
  if (!allowance.powers.includes("change-length"))
    expect.soft(result.packet.length, "length").toBe(input.packet.length);
}

/** Checksums that were right are right, and one that was partial is partial. */
export function expectChecksumsKept(packet: Packet, result: RunResult): void {
  const before = dissect(packet.bytes);
  const after = dissect(result.packet);
  expect
    .soft({ ip: after.ipChecksum, upper: after.upperChecksum }, "checksums")
    .toEqual({ ip: before.ipChecksum, upper: before.upperChecksum });
}
