import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BpfMap, BpfProgram } from "../libbpf/index.js";
import { loadEntry } from "./entry-loader.js";
import { HOOKS, LIMITS, type PacketHook } from "./layout.js";
import type { GroupRecord, PortRecord } from "./manifest.js";
import { removeTree, type PinDir } from "./pin-dir.js";
import type { StepInstance } from "./sequences.js";
import { loadStep, setSlot, type SetContext } from "./step-loader.js";
import type { Tables } from "./tables.js";

/** What a program set is built from. */
export interface ProgramSetPlan {
  readonly slot: number;
  readonly groups: readonly GroupRecord[];
  readonly steps: ReadonlyMap<PacketHook, readonly StepInstance[]>;
  /** Slots of the first steps of each hook's chains, those of the best ranks first. */
  readonly first: ReadonlyMap<PacketHook, readonly number[]>;
}

const stepsName = (hook: PacketHook): string => `steps_${hook.replace("-", "_")}`;

/** Loads all programs of a set; nothing refers to them until ports are pointed at their groups. */
export function buildProgramSet(
  context: Omit<SetContext, "first">,
  pins: PinDir,
  tables: Tables,
  plan: ProgramSetPlan,
  progress: (done: number, total: number) => void,
): void {
  const directory = pins.programs(plan.slot);
  removeTree(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const total = plan.groups.length + [...plan.steps.values()].reduce((n, s) => n + s.length, 0);
  let done = 0;
  for (const hook of HOOKS) {
    const groups = plan.groups.filter((g) => g.hook === hook);
    if (groups.length === 0) continue;
    const perHook = { ...context, first: plan.first.get(hook) ?? [] };
    using steps = BpfMap.create({
      type: "prog_array",
      name: "emptcp_steps",
      keySize: 4,
      valueSize: 4,
      maxEntries: LIMITS.steps,
      flags: 0,
    });
    steps.pin(join(directory, stepsName(hook)));
    for (const instance of plan.steps.get(hook) ?? []) {
      loadStep(perHook, hook, steps, instance);
      progress(++done, total);
    }
    for (const group of groups) {
      const entry = loadEntry(perHook, tables, steps, group);
      try {
        pinEntry(directory, group, entry.fd);
      } finally {
        entry.close();
      }
      progress(++done, total);
    }
  }
}

function entryPath(directory: string, group: GroupRecord): string {
  return join(directory, `entry_${group.hook.replace("-", "_")}_${group.id}`);
}

function pinEntry(directory: string, group: GroupRecord, fd: number): void {
  using program = BpfProgram.fromFd(fd);
  program.pin(entryPath(directory, group));
}

/** Points every port at the entry of its group, in this program set's part of `emptcp_entries`. */
export function connectPorts(
  context: Pick<SetContext, "maps">,
  pins: PinDir,
  slot: number,
  groups: readonly GroupRecord[],
  ports: readonly PortRecord[],
): void {
  const directory = pins.programs(slot);
  for (const group of groups) {
    using entry = BpfProgram.fromPin(entryPath(directory, group));
    for (const port of ports) {
      if (!servesPort(group, port)) continue;
      setSlot(context.maps.entries(group.hook), slot * LIMITS.ports + port.id, entry.fd);
    }
  }
}

/** True when the packets of this port go through this group's entry. */
export function servesPort(group: GroupRecord, port: PortRecord): boolean {
  return group.hook === port.hook && group.layer3 === port.layer3 && `${group.sets}` === `${port.sets}`;
}

/** Drops a program set that no packet can be in any more. */
export function dropProgramSet(context: Pick<SetContext, "maps">, pins: PinDir, slot: number): void {
  const key = Buffer.alloc(4);
  for (const hook of HOOKS) {
    const entries = context.maps.entries(hook);
    for (let port = 0; port < LIMITS.ports; port++) {
      key.writeUInt32LE(slot * LIMITS.ports + port);
      entries.delete(key);
    }
  }
  removeTree(pins.programs(slot));
}
