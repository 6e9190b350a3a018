import type { TraceHop } from "@emptcp/core";
import type { TracedPacket } from "./packets.js";

const ETHERNET = "020000000002020000000001";
/** A SYN to port 443 with window 502, with window 100, and with window 100 and an MP_PRIO. */
const hex = (text: string): Buffer => Buffer.from(`${ETHERNET}${text}`, "hex");
export const syn = hex(
  "08004500003800004000400626be0a0000010a0000029c4001bb0000000100000000900201f6ab170000020405b4080a00000001000000020101",
);
export const smallWindow = hex(
  "08004500003800004000400626be0a0000010a0000029c4001bb000000010000000090020064aca90000020405b4080a00000001000000020101",
);
export const withPrio = hex(
  "08004500003c00004000400626ba0a0000010a0000029c4001bb0000000100000000a00200642da10000020405b4080a00000001000000021e0351010101",
);

/** A hop of a step that changes nothing, with `changes` on top. */
export function hop(changes: Partial<TraceHop> = {}): TraceHop {
  const before = changes.before ?? syn;
  const after = changes.after ?? before;
  return {
    packet: 7n,
    time: 1_000_000_000n,
    cpu: 1,
    hook: "tc-egress",
    port: { id: 3, name: "eth0", layer3: false },
    at: "step",
    generation: 12,
    policy: { set: "web", name: "slow" },
    step: { index: 0, module: "set-window", version: "0.1.0" },
    result: "next",
    ns: 31,
    length: { before: before.length, after: after.length },
    before,
    after,
    ...changes,
  };
}

/** What an entry reports of a packet that matches. */
export function entry(changes: Partial<TraceHop> = {}): TraceHop {
  const { step: _, ...rest } = hop({ at: "entry", result: "chain", rule: 3, ns: 120, ...changes });
  return rest;
}

/** A SYN whose window is made small, that gets an MP_PRIO, and is dropped. */
export function dropped(): TracedPacket {
  const at = (index: number, module: string) => ({ index, module, version: "0.1.0" });
  const hops = [
    entry(),
    hop({ time: 1_000_000_200n, after: smallWindow }),
    hop({
      time: 1_000_000_300n,
      step: at(1, "set-backup"),
      before: smallWindow,
      after: withPrio,
      ns: 1044,
    }),
    hop({
      time: 1_000_001_400n,
      step: at(2, "drop"),
      before: withPrio,
      result: "drop",
      final: "drop",
      ns: 9,
    }),
  ];
  return { id: 7n, hops, complete: true };
}
