import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LabPlan } from "./spec.js";

/** Each testbed has a file here before anything of it exists, so that whatever happens, somebody can clean up. */
const RECORDS = "/run/emptcp/labs";

/** What is known of a testbed outside of the process that made it. */
export interface LabRecord {
  readonly schema: 1;
  readonly plan: LabPlan;
  readonly state: "building" | "up";
  /** The process that made it. */
  readonly owner: { readonly pid: number; readonly started: string };
  /** Directories that go with the testbed: pins of engines that work in it. */
  readonly directories: readonly string[];
}

/** This process, told apart from a later one with the same number. */
export function thisProcess(): LabRecord["owner"] {
  return { pid: process.pid, started: startTime(process.pid) };
}

/** Whether a testbed has lost the process that should take it down. */
export function isAbandoned(record: LabRecord): boolean {
  if (record.state === "up" && record.plan.persistent) return false;
  return startTime(record.owner.pid) !== record.owner.started;
}

/** Every testbed on this machine; a file that cannot be read is none. */
export function listRecords(): LabRecord[] {
  let names: string[] = [];
  try {
    names = readdirSync(RECORDS).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names.flatMap((name) => readRecord(join(RECORDS, name)));
}

/** The testbed of an id, if there is one. */
export function findRecord(id: string): LabRecord | undefined {
  return readRecord(recordPath(id))[0];
}

/** Writes a testbed down, in one step. */
export function writeRecord(record: LabRecord): void {
  const path = recordPath(record.plan.id);
  const draft = `${path}.${process.pid}`;
  mkdirSync(RECORDS, { recursive: true });
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, path);
}

/** Forgets a testbed. */
export function removeRecord(id: string): void {
  rmSync(recordPath(id), { force: true });
}

function recordPath(id: string): string {
  return join(RECORDS, `lab${id === "" ? "" : `-${id}`}.json`);
}

function readRecord(path: string): LabRecord[] {
  try {
    const record = JSON.parse(readFileSync(path, "utf8")) as LabRecord;
    return record.schema === 1 ? [record] : [];
  } catch {
    return [];
  }
}

/** Start time of a process in clock ticks after boot, "" when there is none. Field 22 of proc(5) stat. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? "" : (rest[18] ?? "");
  } catch {
    return "";
  }
}
