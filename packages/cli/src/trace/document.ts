import { summarise } from "@emptcp/core/dissect";
import { changesOf } from "./changes.js";
import { verdictOf, type WallClock } from "./describe.js";
import type { TracedPacket } from "./packets.js";

/** A time with all its nanoseconds: `2026-11-21T12:31:05.123456789Z`. */
function isoNs(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(ns % 1_000_000_000n).toString().padStart(9, "0")}Z`;
}

/** A packet as one plain value, for --json. */
export function documentOf(packet: TracedPacket, clock: WallClock): unknown {
  const [first, last] = [packet.hops[0], packet.hops.at(-1)];
  if (!first || !last) return {};
  const { id, name, netns, layer3 } = first.port;
  return {
    packet: packet.id,
    time: isoNs(clock(first.time)),
    cpu: first.cpu,
    hook: first.hook,
    interface: { port: id, name, ...(netns !== undefined && { netns }), layer3 },
    generation: first.generation,
    ...summarise(first.before.length > 0 ? first.before : first.after, layer3 ? "ip" : "ethernet"),
    length: { before: first.length.before, after: last.length.after },
    verdict: verdictOf(packet) ?? null,
    complete: packet.complete,
    hops: packet.hops.map((hop) => ({
      at: hop.at,
      ...(hop.policy && { set: hop.policy.set, policy: hop.policy.name }),
      ...(hop.rule !== undefined && { rule: hop.rule }),
      ...(hop.step && { step: hop.step.index + 1, module: hop.step.module, version: hop.step.version }),
      result: hop.result,
      ns: hop.ns,
      ...(hop.at === "step" && { changes: changesOf(hop) }),
    })),
    bytes: { before: first.before.toString("hex"), after: last.after.toString("hex") },
  };
}
