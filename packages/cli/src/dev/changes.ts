import { readdirSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Editors write a file in several steps, or rename a new one over it: after this many milliseconds it is whole. */
const SETTLE = 60;

/** Directories of a module whose files matter, and the files of the package itself. */
const DIRECTORIES = ["src", "include", "test"];
const OWN = new Set(["package.json", ...DIRECTORIES]);

function directoriesBelow(path: string): string[] {
  try {
    const inner = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [path, ...inner.flatMap((entry) => directoriesBelow(join(path, entry.name)))];
  } catch {
    return [];
  }
}

/** Watches what is there now. A watcher of a directory that was replaced sees nothing, so they are made anew each time. */
function watchAll(packages: readonly string[], headers: string, changed: () => void): FSWatcher[] {
  const watchers: FSWatcher[] = [];
  const add = (path: string, matters: (file: string) => boolean): void => {
    try {
      const watcher = watch(path, (_, file) => {
        if (file === null || matters(file)) changed();
      });
      watchers.push(watcher.on("error", changed));
    } catch {
      // it went away meanwhile; the package's own watcher sees it come back
    }
  };
  for (const dir of packages) {
    add(dir, (file) => OWN.has(file));
    for (const inner of DIRECTORIES)
      for (const path of directoriesBelow(join(dir, inner))) add(path, () => true);
  }
  for (const path of directoriesBelow(headers)) add(path, () => true);
  return watchers;
}

/**
 * Yields at once, and again each time that files of the packages or headers of the SDK were saved. What is saved while the
 * consumer works counts for the next time.
 *
 * @param packages directories of module packages
 * @param headers directory of the SDK
 * @param signal ends it
 */
export async function* changes(
  packages: readonly string[],
  headers: string,
  signal: AbortSignal,
): AsyncGenerator<void> {
  while (!signal.aborted) {
    let wake = (): void => undefined;
    const changed = new Promise<void>((resolve) => (wake = resolve));
    const watchers = watchAll(packages, headers, wake);
    signal.addEventListener("abort", wake, { once: true });
    try {
      yield;
      await changed;
    } finally {
      signal.removeEventListener("abort", wake);
      for (const watcher of watchers) watcher.close();
    }
    await sleep(SETTLE, undefined, { signal }).catch(() => undefined);
  }
}
