import { placeError, ProblemsError, type Engine, type LoadedSet } from "@emptcp/core";
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

/** Numbers of the sets, among those that were given together, that an error is about. */
function setsAtFault(error: unknown): Set<number> {
  if (!(error instanceof ProblemsError)) return new Set();
  const errors = error.problems.filter((p) => p.severity === "error");
  const numbers = errors.map((p) => /^sets\[(\d+)\]/.exec(p.path)?.[1]);
  return numbers.includes(undefined) ? new Set() : new Set(numbers.map(Number));
}

/** Applies files together; without those that are at fault; one by one where nobody can tell which are. */
async function applyFiles(engine: Engine, files: readonly ReadFile[]): Promise<FileOutcome[]> {
  const sets = files.flatMap(({ loaded }) => loaded.map(({ set }) => set));
  const namesOf = ({ loaded }: ReadFile): string[] => loaded.map(({ set }) => set.name);
  try {
    if (sets.length > 0) await engine.apply(sets, { later: true });
    return files.map((one) => ({ file: one.file, sets: namesOf(one) }));
  } catch (error) {
    const [only] = files;
    if (files.length === 1 && only) {
      return [{ file: only.file, sets: namesOf(only), error: placeError(only.loaded, error) }];
    }
    const names = new Set([...setsAtFault(error)].map((i) => sets[i]?.name));
    const isBad = (one: ReadFile): boolean => namesOf(one).some((name) => names.has(name));
    const bad = files.filter(isBad);
    const alone = bad.length > 0 ? bad : files;
    const outcomes =
      bad.length > 0
        ? await applyFiles(
            engine,
            files.filter((one) => !isBad(one)),
          )
        : [];
    for (const one of alone) outcomes.push(...(await applyFiles(engine, [one])));
    return outcomes;
  }
}
