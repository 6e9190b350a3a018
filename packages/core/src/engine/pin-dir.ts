import { mkdirSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { accessError } from "./access-error.js";

/** Where the engine keeps its pins unless told otherwise. */
export const DEFAULT_PIN_DIR = "/sys/fs/bpf/emptcp";

/** A clsact filter that a pin stands for. */
export interface FilterPin {
  readonly name: string;
  readonly direction: "ingress" | "egress";
  readonly ifindex: number;
  readonly netns?: string | undefined;
}

/** A package name as a file name on bpffs, which takes neither `/` nor `.`: `@a/b.c` is `a+b=c`. */
export function packagePin(name: string): string {
  return name.replace(/^@/, "").replaceAll("/", "+").replaceAll(".", "=");
}

/** Names inside the pin directory; the only place that spells them. */
export class PinDir {
  constructor(readonly root: string) {}

  map(name: string): string {
    return join(this.root, "maps", name);
  }
  table(id: number): string {
    return join(this.root, "tables", `table_${id}`);
  }
  /** @param name package of the module */
  moduleMap(name: string, map: string): string {
    return join(this.root, "modules", packagePin(name), map);
  }
  programs(slot: number): string {
    return join(this.root, "programs", `${slot}`);
  }
  generation(number: number): string {
    return join(this.root, "generations", `${number}`);
  }
  /** Locked by the process that reads events; holds nothing. */
  get events(): string {
    return join(this.root, "events");
  }
  /** Locked by the process that traces; holds nothing. */
  get trace(): string {
    return join(this.root, "trace");
  }
  rootProgram(port: number): string {
    return join(this.root, "ports", `${port}_root`);
  }
  link(port: number): string {
    return join(this.root, "ports", `${port}_link`);
  }

  /** A second pin of a root that is attached as a clsact filter; its name says where. */
  filter(port: number, { direction, ifindex, netns = "" }: Omit<FilterPin, "name">): string {
    return this.port(`${port}_clsact_${direction}_${ifindex}_${Buffer.from(netns).toString("hex")}`);
  }
  port(name: string): string {
    return join(this.root, "ports", name);
  }

  /** Where a port has put clsact filters. */
  filters(port: number): FilterPin[] {
    return this.list("ports").flatMap((name) => {
      const match = /^(\d+)_clsact_(ingress|egress)_(\d+)_([0-9a-f]*)$/.exec(name);
      if (!match || Number(match[1]) !== port) return [];
      const netns = Buffer.from(match[4] ?? "", "hex").toString() || undefined;
      return [{ name, direction: match[2] as FilterPin["direction"], ifindex: Number(match[3]), netns }];
    });
  }

  /** Creates the directories that are missing. */
  create(): void {
    for (const name of ["maps", "tables", "modules", "programs", "generations", "ports"]) {
      mkdirSync(join(this.root, name), { recursive: true, mode: 0o700 });
    }
  }

  exists(): boolean {
    return this.identity() !== undefined;
  }

  /** Tells one engine below this directory from the next one; undefined while there is none. */
  identity(): bigint | undefined {
    const path = this.map("emptcp_active");
    try {
      return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
    } catch (error) {
      throw accessError(error) ?? error;
    }
  }

  /** Names in one of the directories; empty when it is not there. */
  list(directory: "maps" | "tables" | "modules" | "programs" | "generations" | "ports"): string[] {
    try {
      return readdirSync(join(this.root, directory));
    } catch {
      return [];
    }
  }

  /**
   * Removes everything: what is not attached elsewhere disappears from the kernel. The directory itself stays where its
   * parent belongs to somebody else.
   */
  remove(): void {
    try {
      removeTree(this.root);
    } catch (error) {
      const refused = ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
      if (!refused || readdirSync(this.root).length > 0) throw accessError(error) ?? error;
    }
  }
}

/** Removes a pin; true when there was one. */
export function unpin(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Removes a directory of pins with all that is in it. */
export function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
