import type { TraceHop } from "@emptcp/core";
import { summarise } from "@emptcp/core/dissect";
import type { TracedPacket } from "./packets.js";

/** Wall-clock time of a time since boot: nanoseconds since 1970. */
export type WallClock = (bootNs: bigint) => bigint;

/** The wall clock as it stands now; a trace keeps one, so that its times do not jump. @param bootNow ns since boot */
export function wallClock(bootNow: bigint, unixMs: number = Date.now()): WallClock {
  const offset = BigInt(Math.round(unixMs * 1000)) * 1000n - bootNow;
  return (bootNs) => bootNs + offset;
}

/** `set-window@0.1.0`, `web/slow, rule 3`, or what a hop of the entry found. */
export function hopName({ at, step, policy, rule }: TraceHop): string {
  if (at === "step") return step ? `${step.index + 1} ${step.module}@${step.version}` : "step";
  if (!policy) return "no policy matches";
  return `${policy.set}/${policy.name}${rule === undefined ? "" : `, rule ${rule}`}`;
}

/** `ue/eth0`. */
export const interfaceName = ({ netns, name }: TraceHop["port"]): string =>
  netns === undefined ? name : `${netns}/${name}`;

/** What became of the packet here; undefined when that record is missing. */
export const verdictOf = ({ hops }: TracedPacket): TraceHop["final"] => hops.at(-1)?.final;

/** `10.0.0.1:40000 → 10.0.0.2:443`, or nothing. */
function endsText(from: string | undefined, to: string | undefined): string {
  return from === undefined || to === undefined ? "" : ` ${from} → ${to}`;
}

/** The packet in a few words, as it came: `tcp 10.0.0.1:40000 → 10.0.0.2:443`, and the rest of what is worth a word. */
export function headline({ hops }: TracedPacket): { readonly what: string; readonly notes: string } {
  const first = hops[0];
  if (!first) return { what: "packet", notes: "" };
  const bytes = first.before.length > 0 ? first.before : first.after;
  const { protocol, from, to, notes } = summarise(bytes, first.port.layer3 ? "ip" : "ethernet");
  return {
    what: `${protocol}${endsText(from, to)}`,
    notes: [...notes, `${first.length.before} bytes`].join(", "),
  };
}
