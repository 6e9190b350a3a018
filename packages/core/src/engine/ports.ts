import { existsSync } from "node:fs";
import {
  attachClsact,
  BpfLink,
  BpfObject,
  BpfProgram,
  createClsact,
  detachClsact,
  features,
  queryClsact,
  queryXdp,
  SystemError,
  withNetns,
} from "../libbpf/index.js";
import { fail } from "../errors.js";
import type { CoreMaps } from "./core-maps.js";
import type { PortTarget } from "./interfaces.js";
import { TEST_PREFIX } from "./interfaces.js";
import { LIMITS } from "./layout.js";
import { loadProgram } from "./load.js";
import type { PortRecord } from "./manifest.js";
import type { Objects } from "./objects.js";
import { unpin, type PinDir } from "./pin-dir.js";
import { setSlot } from "./step-loader.js";

export interface PortContext {
  readonly pins: PinDir;
  readonly maps: CoreMaps;
  readonly objects: Objects;
  /** Program set that is active now: its part of `emptcp_entries` gets a pass program for a new port. */
  readonly activeSlot: number;
  /** Replace a foreign XDP program. */
  readonly force: boolean;
  /** How to attach on TC; by what the kernel has unless given. */
  readonly tc?: "tcx" | "clsact" | undefined;
}

/**
 * Attaches a root to an interface. Until the generation is committed the port lets everything pass.
 *
 * @throws ERR_EMPTCP_FOREIGN_PROGRAM when another XDP program is there
 */
export function attachPort(context: PortContext, target: PortTarget, id: number): PortRecord {
  const { pins, maps, objects } = context;
  const { hook } = target;
  using object = BpfObject.open(objects.core("root", hook).bytes, { name: "root" });
  object.setRodata("emptcp_port", id);
  for (const map of object.maps()) {
    if (map.name === "emptcp_entries") map.reuseFd(maps.entries(hook).fd);
    else if (maps.has(map.name)) map.reuseFd(maps.get(map.name).fd);
  }
  const loaded = loadProgram(object, "root", "root", hook);
  using root = BpfProgram.fromFd(loaded.fd);
  using pass = loadPass(context, target);
  setSlot(maps.entries(hook), context.activeSlot * LIMITS.ports + id, pass.fd);
  unpin(pins.link(id));
  unpin(pins.rootProgram(id));
  root.pin(pins.rootProgram(id));
  try {
    const attached = attachRoot(context, target, id, root);
    const { netns, name, ifindex, layer3, sets } = target;
    return { id, hook, ...(netns === undefined ? {} : { netns }), name, ifindex, layer3, attached, sets };
  } catch (error) {
    unpin(pins.rootProgram(id));
    sweepFilters(pins, id);
    throw error;
  }
}

/** Lets everything pass on ports that a program set does not serve, until their roots are detached. */
export function passPorts(
  context: Pick<PortContext, "maps" | "objects">,
  ports: readonly PortRecord[],
  slot: number,
): void {
  for (const port of ports) {
    using pass = loadPass(context, port);
    setSlot(context.maps.entries(port.hook), slot * LIMITS.ports + port.id, pass.fd);
  }
}

function loadPass(context: Pick<PortContext, "objects">, target: Pick<PortTarget, "hook">): BpfProgram {
  using object = BpfObject.open(context.objects.core("pass", target.hook).bytes, { name: "pass" });
  return BpfProgram.fromFd(loadProgram(object, "pass", "pass", target.hook).fd);
}

function attachRoot(
  context: PortContext,
  target: PortTarget,
  id: number,
  root: BpfProgram,
): PortRecord["attached"] {
  if (target.name.startsWith(TEST_PREFIX)) return "test";
  return withNetns(target.netns, () => {
    if (target.hook === "xdp") return attachXdp(context, target, id, root);
    const direction = target.hook === "tc-ingress" ? "ingress" : "egress";
    const how = context.tc ?? (features.tcx.supported() ? "tcx" : "clsact");
    if (how === "clsact") {
      // A filter outlives pins: this one says where it is, should the process die before the manifest does.
      root.pin(context.pins.filter(id, { direction, ifindex: target.ifindex, netns: target.netns }));
      createClsact(target.ifindex);
      attachClsact(root, target.ifindex, direction);
      return "clsact";
    }
    using link = BpfLink.createTcx(root, target.ifindex, direction);
    link.pin(context.pins.link(id));
    return "tcx";
  });
}

function attachXdp(
  context: PortContext,
  target: PortTarget,
  id: number,
  root: BpfProgram,
): "xdp-native" | "xdp-generic" {
  const modes = target.mode === "auto" ? (["native", "generic"] as const) : [target.mode];
  let last: unknown;
  for (const mode of modes) {
    try {
      pinXdp(root, target.ifindex, mode, context.pins.link(id));
      return `xdp-${mode}`;
    } catch (error) {
      if (error instanceof SystemError && (error.code === "EBUSY" || error.code === "EEXIST")) {
        return refuseForeign(context, target, id, root, error);
      }
      last = error;
    }
  }
  return fail(
    "ERR_EMPTCP_ATTACH",
    { interface: target.name, hook: target.hook, mode: target.mode },
    { cause: last },
  );
}

// A function of its own: esbuild compiles `using` so that in a loop the error of one round is thrown again by the next.
function pinXdp(root: BpfProgram, ifindex: number, mode: "native" | "generic", path: string): void {
  using link = BpfLink.createXdp(root, ifindex, mode);
  link.pin(path);
}

/** Another XDP program holds the interface: say which, or replace it when told so. */
function refuseForeign(
  context: PortContext,
  target: PortTarget,
  id: number,
  root: BpfProgram,
  cause: SystemError,
): "xdp-native" | "xdp-generic" {
  const foreign = queryXdp(target.ifindex);
  if (context.force && foreign?.detach()) {
    return attachXdp({ ...context, force: false }, target, id, root);
  }
  const details = { interface: target.name, program: foreign?.name ?? "", id: foreign?.id ?? 0 };
  return fail("ERR_EMPTCP_FOREIGN_PROGRAM", details, { cause });
}

/** Detaches a port's root; an interface that is gone is not an error. */
export function detachPort(pins: PinDir, port: PortRecord): void {
  sweepFilters(pins, port.id);
  unpin(pins.link(port.id));
  unpin(pins.rootProgram(port.id));
}

/** Takes the clsact filters off that a port left, those of others excepted. */
export function sweepFilters(pins: PinDir, port: number): void {
  for (const { name, direction, ifindex, netns } of pins.filters(port)) {
    const path = pins.port(name);
    try {
      const id = programIdAt(path);
      withNetns(netns, () => {
        if (queryClsact(ifindex, direction)?.progId === id) detachClsact(ifindex, direction);
      });
    } catch (error) {
      // The interface or its namespace is gone, and the filter with it.
      if (!["ENODEV", "ENOENT"].includes((error as { code?: string }).code ?? "")) throw error;
    }
    unpin(path);
  }
}

function programIdAt(path: string): number {
  using program = BpfProgram.fromPin(path);
  return program.info().id;
}

/** The program in the place of a port's clsact filter; undefined when there is none, or no such interface. */
function clsactProgram({ netns, ifindex, hook }: PortRecord): number | undefined {
  const direction = hook === "tc-ingress" ? "ingress" : "egress";
  try {
    return withNetns(netns, () => queryClsact(ifindex, direction))?.progId;
  } catch (error) {
    if (["ENODEV", "ENOENT"].includes((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
}

/** True while the root is attached where the record says. */
export function isAttached(pins: PinDir, port: PortRecord): boolean {
  if (!existsSync(pins.rootProgram(port.id))) return false;
  if (port.attached === "test") return true;
  if (port.attached === "clsact") return clsactProgram(port) === programIdAt(pins.rootProgram(port.id));
  if (!existsSync(pins.link(port.id))) return false;
  using link = BpfLink.fromPin(pins.link(port.id));
  return link.info().ifindex !== 0;
}
