import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readlinkSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  discoverModules,
  openEngine,
  policy,
  policySet,
  type Condition,
  type Engine,
  type EngineOptions,
  type Hook,
  type ModuleCatalog,
  type Params,
  type Policy,
  type PolicyOptions,
  type PolicySet,
  type PolicySetOptions,
  type Step,
} from "@emptcp/core";
import { BpfLink, BpfMap, BpfProgram, linkIds, mapIds, programIds } from "@emptcp/core/libbpf";
import type { Command } from "./child.js";

/** Root of the repository. */
export const REPOSITORY = resolve(import.meta.dirname, "../..");

/** The modules of this workspace. */
export const modules: ModuleCatalog = discoverModules({ from: [REPOSITORY] });

export const match = (module: string, params: Params = {}): Condition => ({ kind: "match", module, params });
export const step = (module: string, params: Params = {}): Step => ({ kind: "step", module, params });
/** Matches every packet. */
export const everything: Condition = { kind: "all", of: [] };

/** A policy that lets its packets pass unless told otherwise. */
export function rule(name: string, options: Partial<PolicyOptions> = {}): Policy {
  return policy(name, { when: everything, chain: [step("pass")], ...options });
}

/** A policy set on test ports of one hook. */
export function testSet(name: string, policies: readonly Policy[], ...hooks: Hook[]): PolicySet {
  const attach = Object.fromEntries(
    (hooks.length > 0 ? hooks : ["tc-ingress"]).map((hook) => [hook, ["@test"]]),
  );
  return policySet(name, { attach: attach as PolicySetOptions["attach"], policies });
}

let counter = 0;
/** A directory for pins that no other test uses. */
export function newPinDir(): string {
  return `/sys/fs/bpf/emptcp-test-${process.pid}-${++counter}`;
}

/** Runs a test with an engine of its own, and takes everything away again. */
export async function withEngine<T>(
  work: (engine: Engine, pinDir: string) => Promise<T> | T,
  options: Partial<EngineOptions> = {},
): Promise<T> {
  const pinDir = options.pinDir ?? newPinDir();
  const engine = await openEngine({ modules, ...options, pinDir });
  try {
    return await work(engine, pinDir);
  } finally {
    await detachAll(pinDir);
    engine.close();
  }
}

/** Takes away what runs below a pin directory, whoever made it. */
export async function detachAll(pinDir: string): Promise<void> {
  const engine = await openEngine({ pinDir, modules });
  try {
    await engine.detach();
  } finally {
    engine.close();
  }
}

/** Objects of the kernel, by kind and id. */
export type Footprint = Record<"programs" | "maps" | "links", number[]>;

function walk(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(directory, entry.name)) : [join(directory, entry.name)],
    );
  } catch {
    return [];
  }
}

/** All pins below a directory, relative to it and sorted. */
export function pinsOf(pinDir: string): string[] {
  return walk(pinDir)
    .map((path) => path.slice(pinDir.length + 1))
    .sort();
}

/** Descriptors of BPF objects that this process holds. */
export function openBpfFds(): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes("bpf");
    } catch {
      return false;
    }
  }).length;
}

/** Every program, map and link that is reachable from the pins of a directory. */
export function footprint(pinDir: string): Footprint {
  const found = { programs: new Set<number>(), maps: new Set<number>(), links: new Set<number>() };
  const addProgram = (program: BpfProgram): void => {
    const { id, mapIds: used } = program.info();
    if (found.programs.has(id)) return;
    found.programs.add(id);
    for (const mapId of used) {
      using map = BpfMap.fromId(mapId);
      addMap(map);
    }
  };
  const addMap = (map: BpfMap): void => {
    const { id } = map.info();
    if (found.maps.has(id)) return;
    found.maps.add(id);
    if (map.type !== "prog_array") return;
    for (const [, value] of map.entries()) {
      using program = BpfProgram.fromId(value.readUInt32LE());
      addProgram(program);
    }
  };
  for (const path of walk(pinDir)) {
    const name = path.slice(pinDir.length);
    if (/^\/(maps|tables|modules|generations)\/|\/steps_/.test(name)) {
      using map = BpfMap.fromPin(path);
      addMap(map);
    } else if (name.endsWith("_link")) {
      using link = BpfLink.fromPin(path);
      found.links.add(link.info().id);
    } else {
      using program = BpfProgram.fromPin(path);
      addProgram(program);
    }
  }
  const sorted = (ids: Set<number>): number[] => [...ids].sort((a, b) => a - b);
  return { programs: sorted(found.programs), maps: sorted(found.maps), links: sorted(found.links) };
}

/** Which objects of a footprint are still there. */
export function surviving(before: Footprint): Footprint {
  const now = { programs: new Set(programIds()), maps: new Set(mapIds()), links: new Set(linkIds()) };
  return {
    programs: before.programs.filter((id) => now.programs.has(id)),
    maps: before.maps.filter((id) => now.maps.has(id)),
    links: before.links.filter((id) => now.links.has(id)),
  };
}

/** Waits until a condition holds; the kernel frees objects later. */
export async function until(what: string, holds: () => boolean, timeout = 5000): Promise<void> {
  const end = Date.now() + timeout;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`wait for ${what}: not within ${timeout} ms`);
    await new Promise((resume) => setTimeout(resume, 10));
  }
}

/** Waits until none of these objects is there any more. */
export async function expectGone(before: Footprint): Promise<void> {
  await until("objects to be freed", () =>
    Object.values(surviving(before)).every((ids) => ids.length === 0),
  ).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}: ${JSON.stringify(surviving(before))}`);
  });
}

/** Packets that each running policy has matched, by `set/policy`. */
export function hits(engine: Engine): Record<string, number> {
  return Object.fromEntries(engine.stats().map((p) => [`${p.set}/${p.policy}`, Number(p.packets)]));
}

/** How many ids of rows and negations are in use, by the engine's own free lists. */
export function usedIds(pinDir: string): number {
  using lists = BpfMap.fromPin(join(pinDir, "maps", "emptcp_alloc"));
  const header = 64;
  const bits = lists.lookup(Buffer.alloc(4))?.subarray(header) ?? Buffer.alloc(0);
  return bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
}

/** True when nothing was left at a path. */
export function isGone(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch {
    return true;
  }
}

/** The engine's own counters that say that something went wrong. */
export function faults(engine: Engine): bigint {
  return Object.values(engine.counters()).reduce((a, b) => a + b, 0n);
}

/** The code of the error that a call ends with; undefined when it succeeds. */
export async function codeOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** Seed of a property test: given, or new each time. */
export function newSeed(): number {
  const given = process.env["EMPTCP_SEED"];
  return given === undefined ? Date.now() % 0x7fffffff : Number(given);
}

/** How a child process ended. */
export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A second process that works on a pin directory (child.ts). */
export function startChild(command: Command): {
  readonly done: Promise<ChildResult>;
  readonly process: ChildProcess;
} {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@emptcp/source",
      "--import",
      "tsx",
      join(import.meta.dirname, "child.ts"),
      JSON.stringify(command),
    ],
    { cwd: REPOSITORY, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr.on("data", (text: Buffer) => (output += text.toString()));
  const done = new Promise<ChildResult>((resolve) => {
    child.on("close", (code, signal) => {
      resolve({ code, signal, output });
    });
  });
  return { done, process: child };
}

/** Runs a child to its end, which must be a good one unless it is told to kill itself. */
export async function runChild(command: Command): Promise<ChildResult> {
  const result = await startChild(command).done;
  if (command.kill === undefined && result.code !== 0) throw new Error(`child failed: ${result.output}`);
  return result;
}
