import { placeError, type Engine, type LoadedSet } from "@emptcp/core";
import { loadPolicyFiles } from "../policy-files.js";

/** What became of a file of a directory. */
export interface FileOutcome {
  readonly file: string;
  readonly sets: readonly string[];
  /** Why its sets are not in effect. */
  readonly error?: unknown;
}

/** What became of a directory. */
export interface DirectoryOutcome {
  readonly generation: number;
  readonly files: readonly FileOutcome[];
  /** Sets that no file has any more. */
  readonly removed: readonly string[];
}

interface ReadFile {
  readonly file: string;
  readonly loaded: readonly LoadedSet[];
}

async function readFiles(files: readonly string[]): Promise<{ good: ReadFile[]; bad: FileOutcome[] }> {
  const good: ReadFile[] = [];
  const bad: FileOutcome[] = [];
  const owners = new Map<string, string>();
  for (const file of files) {
    try {
      const loaded = await loadPolicyFiles([file]);
      const twice = loaded.find(({ set }) => owners.has(set.name));
      if (twice) {
        const message = `${file}: policy set "${twice.set.name}" is in ${owners.get(twice.set.name) ?? ""}, too`;
        bad.push({ file, sets: [], error: new Error(message) });
        continue;
      }
      for (const { set } of loaded) owners.set(set.name, file);
      good.push({ file, loaded });
    } catch (error) {
      bad.push({ file, sets: [], error });
    }
  }
  return { good, bad };
}

/**
 * Puts policy files into effect: all that are sound in one generation, and where the kernel or the check refuses
 * that, one after the other, so that a broken file does not stop the others. Interfaces may come later.
 *
 * @param prune remove the sets that run and that no file has; not while a file cannot be read
 */
export async function applyDirectory(
  engine: Engine,
  files: readonly string[],
  prune: boolean,
): Promise<DirectoryOutcome> {
  const { good, bad } = await readFiles(files);
  const before = new Set(engine.list().map((set) => set.name));
  const outcomes = [...bad, ...(await applyFiles(engine, good))];
  const kept = new Set(good.flatMap(({ loaded }) => loaded.map(({ set }) => set.name)));
  const removed = prune && bad.length === 0 ? [...before].filter((name) => !kept.has(name)) : [];
  if (removed.length > 0) await engine.delete(removed);
  outcomes.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file));
  return { generation: engine.current().number, files: outcomes, removed };
}

async function applyFiles(engine: Engine, good: readonly ReadFile[]): Promise<FileOutcome[]> {
  const sets = good.flatMap(({ loaded }) => loaded.map(({ set }) => set));
  const namesOf = ({ loaded }: ReadFile): string[] => loaded.map(({ set }) => set.name);
  if (sets.length === 0) return good.map((one) => ({ file: one.file, sets: [] }));
  try {
    await engine.apply(sets, { later: true });
    return good.map((one) => ({ file: one.file, sets: namesOf(one) }));
  } catch (error) {
    const [only] = good;
    if (good.length === 1 && only) {
      return [{ file: only.file, sets: namesOf(only), error: placeError(only.loaded, error) }];
    }
    const outcomes: FileOutcome[] = [];
    for (const one of good) outcomes.push(...(await applyFiles(engine, [one])));
    return outcomes;
  }
}
