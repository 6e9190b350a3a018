import type { TraceHop } from "@emptcp/core";
import { PcapngWriter, type PcapngPacket } from "@emptcp/core/dissect";
import { changesOf } from "./changes.js";
import { hopName, interfaceName, verdictOf, type WallClock } from "./describe.js";
import type { TracedPacket } from "./packets.js";

/** What the hooks return for a verdict (docs/protocol.md). */
const RETURNED: Readonly<Record<string, { readonly tc: number; readonly xdp: number }>> = {
  pass: { tc: -1, xdp: 2 },
  drop: { tc: 2, xdp: 1 },
  redirect: { tc: 7, xdp: 4 },
};

function verdictValue(hook: TraceHop["hook"], final: TraceHop["final"]): PcapngPacket["verdict"] {
  const kind = hook === "xdp" ? "xdp" : "tc";
  const value = RETURNED[final ?? ""]?.[kind] ?? /^other (-?\d+)$/.exec(final ?? "")?.[1];
  return value === undefined ? undefined : { hook: kind, value: Number(value) };
}

/** One comment for each hop: what it is, what it said, what it changed. */
function hopComment(hop: TraceHop): string {
  const changes = changesOf(hop).map(
    ({ field, before, after }) => `${field} ${before ?? "(none)"} → ${after ?? "(gone)"}`,
  );
  const where = hop.at === "step" ? `step ${hopName(hop)}` : hopName(hop);
  return [`emptcp: ${where}: ${hop.result}, ${hop.ns} ns`, ...changes].join("\n");
}

/** Writes traced packets as a capture: each as it came to its hook, and as it left it. */
export class TraceCapture {
  readonly #writer: PcapngWriter;
  readonly #interfaces = new Map<string, number>();
  readonly #clock: WallClock;

  constructor(write: (block: Buffer) => void, application: string, clock: WallClock) {
    this.#writer = new PcapngWriter(write, application);
    this.#clock = clock;
  }

  add(packet: TracedPacket): void {
    const [first, last] = [packet.hops[0], packet.hops.at(-1)];
    if (!first || !last) return;
    const common = {
      interface: this.#interface(first.port),
      direction: first.hook === "tc-egress" ? ("out" as const) : ("in" as const),
      id: packet.id,
    };
    const place = `${first.hook} ${interfaceName(first.port)}, generation ${first.generation}`;
    this.#writer.addPacket({
      ...common,
      time: this.#clock(first.time),
      bytes: first.before,
      length: first.length.before,
      comments: [`emptcp: packet ${packet.id} before ${place}`],
    });
    const verdict = verdictValue(first.hook, verdictOf(packet));
    const told = verdictOf(packet) ?? "records of this packet are missing";
    const after = [...packet.hops].reverse().find((hop) => hop.after.length > 0) ?? last;
    this.#writer.addPacket({
      ...common,
      time: this.#clock(last.time + BigInt(last.ns)),
      bytes: after.after,
      length: after.length.after,
      ...(verdict && { verdict }),
      comments: [`emptcp: packet ${packet.id} after ${place}: ${told}`, ...packet.hops.map(hopComment)],
    });
  }

  #interface(port: TraceHop["port"]): number {
    const link = port.layer3 ? ("ip" as const) : ("ethernet" as const);
    const [name, key] = [interfaceName(port), `${link} ${interfaceName(port)}`];
    const known = this.#interfaces.get(key);
    if (known !== undefined) return known;
    const added = this.#writer.addInterface({ name, link });
    this.#interfaces.set(key, added);
    return added;
  }
}
