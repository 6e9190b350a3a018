import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { decompress } from "./decompress.js";

const SIGNATURE = Buffer.from("~Module signature appended~\n");
const SIGNATURE_HEAD = 12;

/** A kernel module, ready to be inserted. */
export interface KernelModule {
  readonly name: string;
  /** Names of the modules that must be there first. */
  readonly needs: readonly string[];
  readonly content: Buffer;
}

const plainName = (file: string): string =>
  basename(file)
    .replace(/\.ko(\.xz)?$/, "")
    .replaceAll("-", "_");

/** Without its signature: checking it costs the guest more than everything else about a module. */
function unsigned(content: Buffer): Buffer {
  if (!content.subarray(-SIGNATURE.length).equals(SIGNATURE)) return content;
  const end = content.length - SIGNATURE.length;
  return content.subarray(0, end - SIGNATURE_HEAD - content.readUInt32BE(end - 4));
}

/** Values of a key in a module's `.modinfo`. */
function info(content: Buffer, key: string): string[] {
  const text = content.toString("latin1");
  return [...text.matchAll(new RegExp(`\\0${key}=([^\\0]*)`, "g"))].map((m) => m[1] ?? "");
}

/**
 * Modules with all that they depend on, in the order in which they can be inserted.
 *
 * @param directory lib/modules/<version> of a kernel package
 * @param wanted names; what is built in is left out
 * @throws Error naming modules that the kernel does not have
 */
export function kernelModules(directory: string, wanted: readonly string[]): KernelModule[] {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const paths = new Map(
    files.filter((f) => /\.ko(\.xz)?$/.test(f)).map((f) => [plainName(f), join(directory, f)]),
  );
  const builtin = new Set(
    readFileSync(join(directory, "modules.builtin"), "utf8").split("\n").map(plainName),
  );
  const loaded = new Map<string, KernelModule>();
  const add = (given: string): void => {
    const name = given.replaceAll("-", "_");
    if (loaded.has(name) || builtin.has(name)) return;
    const path = paths.get(name);
    if (path === undefined) throw new Error(`find kernel module ${name}: not in ${directory}`);
    const raw = readFileSync(path);
    const content = unsigned(path.endsWith(".xz") ? decompress(raw) : raw);
    const depends = info(content, "depends").flatMap((list) => list.split(","));
    const soft = info(content, "softdep").flatMap((s) =>
      s.startsWith("pre: ") ? s.slice(5).split(" ") : [],
    );
    const known = soft.map(plainName).filter((n) => paths.has(n));
    const needs = [...depends.filter(Boolean).map(plainName), ...known];
    needs.forEach(add);
    loaded.set(name, { name, needs, content });
  };
  wanted.forEach(add);
  return [...loaded.values()];
}

/** Names of the wanted modules and of all that they need, in the order of `modules`. */
export function closure(
  modules: readonly Pick<KernelModule, "name" | "needs">[],
  wanted: readonly string[],
): string[] {
  const needed = new Set(wanted.map(plainName));
  for (const { name, needs } of [...modules].reverse())
    if (needed.has(name)) needs.forEach((n) => needed.add(n));
  return modules.map((m) => m.name).filter((name) => needed.has(name));
}
