import { fail } from "../errors.js";
import { Bitmap } from "./bitmap.js";
import { portKey, type PortTarget } from "./interfaces.js";
import { LIMITS } from "./layout.js";
import type { GroupRecord, PortRecord } from "./manifest.js";

/** What has to be attached, kept and detached. */
export interface PortPlan {
  readonly added: readonly { readonly id: number; readonly target: PortTarget }[];
  readonly kept: readonly PortRecord[];
  readonly removed: readonly PortRecord[];
}

/**
 * Gives every interface a port: the one it has, or a free one.
 *
 * @param isAttached tells whether a port's root is still in place
 * @throws ERR_EMPTCP_TOO_MANY_PORTS, ERR_EMPTCP_ATTACH when a port would change its XDP mode
 */
export function assignPorts(
  before: readonly PortRecord[],
  targets: readonly PortTarget[],
  isAttached: (port: PortRecord) => boolean,
): PortPlan {
  const used = new Bitmap(new Uint32Array(LIMITS.ports / 32), LIMITS.ports);
  const wanted = new Map(targets.map((t) => [portKey(t), t]));
  const kept: PortRecord[] = [];
  const removed: PortRecord[] = [];
  for (const port of before) {
    used.set(port.id);
    const target = wanted.get(portKey(port));
    if (target && isAttached(port)) {
      wanted.delete(portKey(port));
      checkMode(port, target);
      kept.push({ ...port, sets: target.sets });
    } else {
      removed.push(port);
    }
  }
  const added = [...wanted.values()].map((target) => {
    const id = used.take();
    if (id === undefined) return fail("ERR_EMPTCP_TOO_MANY_PORTS", { limit: LIMITS.ports });
    return { id, target };
  });
  return { added, kept, removed };
}

/** An interface has one XDP program, so its mode cannot change under traffic without a gap. */
function checkMode(port: PortRecord, target: PortTarget): void {
  if (port.hook !== "xdp" || port.attached === "test" || target.mode === "auto") return;
  if (port.attached === `xdp-${target.mode}`) return;
  fail(
    "ERR_EMPTCP_ATTACH",
    { interface: port.name, hook: port.hook, mode: target.mode },
    { hint: `it runs as ${port.attached}: delete the policy sets on it first, then apply` },
  );
}

type GroupPort = Pick<PortRecord, "hook" | "layer3" | "sets">;

/**
 * One group for each distinct list of policy sets on a hook. Groups keep their ids.
 *
 * @throws ERR_EMPTCP_TOO_MANY_GROUPS
 */
export function assignGroups(
  before: readonly GroupRecord[],
  ports: readonly GroupPort[],
): Pick<GroupRecord, "id" | "hook" | "layer3" | "sets">[] {
  const key = (g: GroupPort): string => `${g.hook} ${g.layer3} ${g.sets}`;
  const wanted = new Map(ports.map((p) => [key(p), p]));
  const known = new Map(before.map((g) => [key(g), g.id]));
  const used = new Bitmap(new Uint32Array(LIMITS.groups / 32), LIMITS.groups);
  for (const [k, id] of known) if (wanted.has(k)) used.set(id);
  return [...wanted].map(([k, { hook, layer3, sets }]) => {
    const id = known.get(k) ?? used.take();
    if (id === undefined) return fail("ERR_EMPTCP_TOO_MANY_GROUPS", { limit: LIMITS.groups });
    return { id, hook, layer3, sets };
  });
}
