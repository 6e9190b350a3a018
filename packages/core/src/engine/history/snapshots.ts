import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { PolicySet } from "../../policy/types.js";
import { writeWhole } from "./files.js";
import { makePrivate } from "./state-dir.js";

/** At most so many snapshots, and so many bytes of them, are kept. */
const MAX_COUNT = 200;
const MAX_BYTES = 64 << 20;
/** What a snapshot may unpack to: files are not trusted. */
const MAX_UNPACKED = 512 << 20;

const NAME = /^[0-9a-f]{32}$/;

/** Policy sets as they ran, one file for each state that differs; named by their digest. */
export class Snapshots {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = join(directory, "snapshots");
  }

  /** Keeps policy sets. @returns their name */
  write(sets: readonly PolicySet[]): string {
    const text = JSON.stringify(sets);
    const name = createHash("sha256").update(text).digest("hex").slice(0, 32);
    if (existsSync(this.#path(name))) return name;
    makePrivate(this.#directory);
    writeWhole(this.#path(name), deflateRawSync(Buffer.from(text), { level: 1 }));
    return name;
  }

  /** The policy sets of that name; undefined when they are gone or damaged. */
  read(name: string): readonly PolicySet[] | undefined {
    if (!NAME.test(name)) return undefined;
    try {
      const packed = readFileSync(this.#path(name));
      const text = inflateRawSync(packed, { maxOutputLength: MAX_UNPACKED });
      if (createHash("sha256").update(text).digest("hex").slice(0, 32) !== name) return undefined;
      return JSON.parse(text.toString()) as readonly PolicySet[];
    } catch {
      return undefined;
    }
  }

  /** Removes what is not in `needed`, and the oldest of those when they are too many. @param needed newest first */
  sweep(needed: readonly string[]): void {
    const keep = new Set<string>();
    let bytes = 0;
    for (const name of needed) {
      if (keep.has(name)) continue;
      bytes += statSync(this.#path(name), { throwIfNoEntry: false })?.size ?? 0;
      if (keep.size >= MAX_COUNT || (bytes > MAX_BYTES && keep.size > 1)) break;
      keep.add(name);
    }
    for (const name of this.#names()) {
      if (!keep.has(name)) rmSync(this.#path(name), { force: true });
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.#directory);
    } catch {
      return [];
    }
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }
}
