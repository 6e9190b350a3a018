import { setImmediate as nextTurn } from "node:timers/promises";
import { LabError } from "../errors.js";
import { namespaceName, planPaths, type HostName, type PathAddresses } from "./addresses.js";
import { buildSteps } from "./build.js";
import { undoAtEnd } from "./ending.js";
import { Host } from "./host.js";
import { findRecord, thisProcess, writeRecord, type LabRecord } from "./record.js";
import { planLab, type LabPlan, type LabSpec } from "./spec.js";
import { removeAbandoned, tearDown } from "./teardown.js";

/** A testbed: client, router and server with real MPTCP between them over several paths. */
export class Lab {
  readonly id: string;
  readonly paths: readonly PathAddresses[];
  readonly client: Host;
  readonly router: Host;
  readonly server: Host;
  #record: LabRecord;
  #close: () => void;

  /** Use openLab or adoptLab. */
  constructor(record: LabRecord, close: () => void) {
    const host = (name: HostName): Host =>
      new Host(namespaceName(record.plan.id, name), record.plan.persistent);
    this.id = record.plan.id;
    this.paths = planPaths(record.plan);
    this.client = host("client");
    this.router = host("router");
    this.server = host("server");
    this.#record = record;
    this.#close = close;
  }

  /** What it was made from. */
  get plan(): LabPlan {
    return this.#record.plan;
  }

  /** A path by its number, which counts from 1. */
  path(number: number): PathAddresses {
    const path = this.paths[number - 1];
    if (path === undefined)
      throw new LabError(
        "ERR_EMPTCP_LAB_SPEC",
        `use path ${number}`,
        `this testbed has ${this.paths.length}`,
      );
    return path;
  }

  /** Has a directory (an engine's pins) removed with the testbed, also when this process is killed. */
  ownDirectory(path: string): void {
    const current = findRecord(this.id) ?? this.#record;
    this.#record = { ...current, directories: [...current.directories, path] };
    writeRecord(this.#record);
  }

  /** Takes the testbed down: its processes, namespaces, devices and directories. */
  close(): void {
    this.#close();
  }

  /** Lets `using` close it. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** What to be told while a testbed comes up. */
export interface OpenOptions {
  /** Called before each step. */
  readonly onStep?: (title: string) => void;
}

/**
 * Makes a testbed. It goes when `close` is called or this process ends, however it ends; what a killed process left is
 * removed first. A persistent one stays until `close` or `emptcp lab down`.
 * @throws LabError ERR_EMPTCP_LAB_EXISTS when this id is in use, ERR_EMPTCP_LAB_NEEDS when something is missing here
 */
export async function openLab(spec: LabSpec = {}, options: OpenOptions = {}): Promise<Lab> {
  const plan = planLab(spec);
  requireRoot();
  removeAbandoned();
  if (findRecord(plan.id)) {
    const down = plan.id === "" ? "emptcp lab down" : `emptcp lab down --id ${plan.id}`;
    throw new LabError(
      "ERR_EMPTCP_LAB_EXISTS",
      `make testbed "${plan.id}": it is up`,
      `take it down first: ${down}`,
    );
  }
  const record: LabRecord = { schema: 1, plan, state: "building", owner: thisProcess(), directories: [] };
  writeRecord(record);
  const undo = undoAtEnd(() => tearDown(findRecord(plan.id) ?? record));
  try {
    for (const step of buildSteps(plan)) {
      options.onStep?.(step.title);
      step.run();
      await nextTurn();
    }
  } catch (error) {
    undo();
    throw error;
  }
  const up: LabRecord = { ...record, state: "up" };
  writeRecord(up);
  if (!plan.persistent) return new Lab(up, undo);
  undo.keep();
  return adoptLab(plan.id);
}

/**
 * The persistent testbed that another process made.
 * @throws LabError ERR_EMPTCP_LAB_NOT_UP
 */
export function adoptLab(id = ""): Lab {
  const record = findRecord(id);
  if (record?.state !== "up") {
    throw new LabError(
      "ERR_EMPTCP_LAB_NOT_UP",
      `use testbed "${id}": it is not up`,
      `\`emptcp lab up${id === "" ? "" : ` --id ${id}`}\` brings it up`,
    );
  }
  return new Lab(record, () => tearDown(findRecord(id) ?? record));
}

function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new LabError("ERR_EMPTCP_LAB_NEEDS", "make network namespaces: this needs root", "run it with sudo");
}
