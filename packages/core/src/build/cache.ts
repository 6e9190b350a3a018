import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Digest of files and of everything below directories, by relative name and contents. */
export function digest(paths: readonly string[], ...more: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (path: string, name: string): void => {
    if (!existsSync(path)) return;
    const entries = listing(path);
    if (!entries) hash.update(name).update("\0").update(readFileSync(path)).update("\0");
    else for (const entry of entries) add(join(path, entry), `${name}/${entry}`);
  };
  paths.forEach((path, index) => add(path, String(index)));
  for (const text of more) hash.update(text).update("\0");
  return hash.digest("hex");
}

function listing(path: string): string[] | undefined {
  try {
    return readdirSync(path).sort();
  } catch {
    return undefined;
  }
}

const stampOf = (dir: string): string => join(dir, ".cache", "emptcp-build");

/** True when the last build had this digest and its outputs are still there. */
export function isFresh(dir: string, hash: string, outputs: readonly string[]): boolean {
  const stamp = stampOf(dir);
  return (
    existsSync(stamp) && readFileSync(stamp, "utf8") === hash && outputs.every((path) => existsSync(path))
  );
}

/** Remembers a build. */
export function remember(dir: string, hash: string): void {
  mkdirSync(dirname(stampOf(dir)), { recursive: true });
  writeFileSync(stampOf(dir), hash);
}
