import { readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { namespaceNames } from "./addresses.js";
import { namespacePath } from "./command.js";
import { isAbandoned, listRecords, removeRecord, type LabRecord } from "./record.js";

/**
 * Removes a testbed whatever state it is in: its processes, its namespaces and with them every device in them, the pins
 * that belong to it, its record. Works without waiting, so that it can run while the process ends; never throws.
 */
export function tearDown(record: LabRecord): void {
  const names = namespaceNames(record.plan.id);
  const inodes = new Set(names.map(namespaceInode).filter((inode) => inode !== undefined));
  killAll(inodes);
  for (const name of names) {
    if (namespaceInode(name) !== undefined) spawnSync("ip", ["netns", "delete", name], { stdio: "ignore" });
  }
  killAll(inodes);
  for (const directory of record.directories) rmSync(directory, { recursive: true, force: true });
  removeRecord(record.plan.id);
}

/**
 * Takes down the testbeds whose processes died without doing so.
 * @returns their ids
 */
export function removeAbandoned(): string[] {
  const abandoned = listRecords().filter(isAbandoned);
  for (const record of abandoned) tearDown(record);
  return abandoned.map((record) => record.plan.id);
}

/** Processes that run in any of these network namespaces. */
function processesIn(inodes: ReadonlySet<string>): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && inodes.has(processNamespace(pid)));
}

function killAll(inodes: ReadonlySet<string>): void {
  if (inodes.size === 0) return;
  for (const pid of processesIn(inodes)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it ended meanwhile
    }
  }
}

function processNamespace(pid: number): string {
  try {
    return /\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[1] ?? "";
  } catch {
    return "";
  }
}

function namespaceInode(name: string): string | undefined {
  try {
    return String(statSync(namespacePath(name)).ino);
  } catch {
    return undefined;
  }
}
