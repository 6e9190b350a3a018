import { policy, policySet, type Engine, type PacketHook, type PolicySet } from "@emptcp/core";
import type { MadeKind } from "./make.js";

/** A hook, and the way to be attached to it that is asked for. */
export interface Way {
  readonly hook: PacketHook;
  readonly how: "native or generic" | "generic" | "tcx" | "clsact";
}

export const ways: readonly Way[] = [
  { hook: "xdp", how: "native or generic" },
  { hook: "xdp", how: "generic" },
  { hook: "tc-ingress", how: "tcx" },
  { hook: "tc-ingress", how: "clsact" },
  { hook: "tc-egress", how: "tcx" },
  { hook: "tc-egress", how: "clsact" },
];

/** Window that packets of a device are given: one of its own, so that nothing else explains it. */
export const windowOf = (kind: MadeKind): number => 5000 + kind.number;

/** One policy for each device, which acts on the packets between its ends. */
function setFor({ hook, how }: Way, made: readonly MadeKind[]): PolicySet {
  const interfaces = made.map(({ place }) => `${place.a}/${place.device}`);
  const attach =
    hook === "xdp"
      ? { xdp: { interfaces, mode: how === "generic" ? ("generic" as const) : ("auto" as const) } }
      : { [hook]: interfaces };
  const policies = made.map((kind) =>
    policy(kind.kind.name.replaceAll("_", "-"), {
      when: { kind: "match", module: "ip-pair", params: { between: [kind.place.here, kind.place.there] } },
      chain: [{ kind: "step", module: "set-window", params: { window: windowOf(kind), onlyLower: false } }],
    }),
  );
  return policySet("devices", { attach, policies });
}

/** How each device is attached, by the number of its kind; or why none is. */
export async function attach(
  engine: Engine,
  way: Way,
  made: readonly MadeKind[],
): Promise<Map<number, string>> {
  const options = way.how === "clsact" || way.how === "tcx" ? { tc: way.how } : {};
  await engine.apply(setFor(way, made), options);
  const ports = new Map(engine.current().ports.map((port) => [port.name, port.attached as string]));
  return new Map(made.map((kind) => [kind.number, ports.get(kind.place.device) ?? "not attached"]));
}

/** Packets that matched each device's policy. */
export function matches(engine: Engine, made: readonly MadeKind[]): Map<number, number> {
  const stats = engine.stats("devices");
  const of = (kind: MadeKind): number =>
    stats
      .filter((s) => s.policy === kind.kind.name.replaceAll("_", "-"))
      .reduce((sum, s) => sum + Number(s.packets), 0);
  return new Map(made.map((kind) => [kind.number, of(kind)]));
}
