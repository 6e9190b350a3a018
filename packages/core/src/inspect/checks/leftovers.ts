import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { BpfProgram, isSystemError, listInterfaces } from "../../libbpf/index.js";
import { PinDir } from "../../engine/pin-dir.js";
import { inNamespace, interfaceText, whileThere } from "../namespace.js";
import { clsactFilters } from "../netlink/filters.js";
import { isOwnFilter } from "../own.js";
import type { Check, Finding, Machine } from "../types.js";

/** A change that nobody is making any more. */
function interrupted({ engine }: Machine): Finding[] {
  if (!engine?.dirty) return [];
  if (engine.locked) return [{ level: "note", message: "a change is being made just now" }];
  const message =
    "a change was interrupted: what ran before goes on, what the change had made is still there";
  return [{ level: "warning", message, fix: "emptcp refresh" }];
}

/** Other directories with an engine's pins next to this one. */
function neighbours(pinDir: string): PinDir[] {
  const parent = dirname(pinDir);
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => new PinDir(join(parent, entry.name)))
    .filter((pins) => pins.root !== pinDir && existsSync(join(pins.root, "maps")));
}

function directories({ pinDir, engine }: Machine): Finding[] {
  const found: Finding[] = [];
  if (existsSync(pinDir) && engine?.manifest.number === 0)
    found.push({
      level: "warning",
      subject: pinDir,
      message: "there are pins, but nothing runs: a first change was interrupted",
      fix: `emptcp detach --pin-dir ${pinDir}`,
    });
  for (const { root, ...pins } of neighbours(pinDir).map((p) => ({ root: p.root, there: p.exists() })))
    found.push({
      level: "note",
      subject: root,
      message: pins.there ? "another engine runs here" : "the pins of an engine that never ran are here",
      fix: `emptcp detach --pin-dir ${root}`,
    });
  return found;
}

function pinnedRoots(pins: PinDir): number[] {
  return pins
    .list("ports")
    .filter((name) => name.endsWith("_root") || name.includes("_clsact_"))
    .flatMap((name) => {
      try {
        using program = BpfProgram.fromPin(pins.port(name));
        return [program.info().id];
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return [];
        throw error;
      }
    });
}

/** Filters in eMPTCP's place whose engine is gone: they outlive pins. */
function deadFilters({ pinDir, engine, namespaces }: Machine): Finding[] {
  const pins = [...(engine ? [engine.pins] : []), ...neighbours(pinDir)];
  const alive = new Set(pins.flatMap(pinnedRoots));
  return namespaces.flatMap(
    (netns) =>
      whileThere(netns, () =>
        listInterfaces().flatMap(({ name, ifindex }) =>
          clsactFilters(ifindex)
            .filter((filter) => isOwnFilter(filter) && !alive.has(filter.progId))
            .map(({ direction, progId, priority }): Finding => {
              const message = `a clsact filter of an engine that is gone is on ${direction} (program ${progId}); it lets everything pass`;
              const command = `tc filter del dev ${name} ${direction} pref ${priority}`;
              const fix = inNamespace(netns, command);
              return { level: "warning", subject: interfaceText(netns, name), message, fix };
            }),
        ),
      ) ?? [],
  );
}

/** What processes that died have left behind. */
export const leftovers: Check = {
  name: "leftovers",
  run(machine) {
    if (!machine.engine) return [];
    const found = [...interrupted(machine), ...directories(machine), ...deadFilters(machine)];
    return found.length > 0 ? found : [{ level: "ok", message: "none" }];
  },
};
