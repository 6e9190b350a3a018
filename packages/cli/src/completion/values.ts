import type { Engine } from "@emptcp/core";
import { engineArgs } from "../common-args.js";
import type { Completion } from "../define.js";

/** The value of --pin-dir among words that are not a whole command line yet. */
function pinDirOf(words: readonly string[]): string {
  const last = words.findLastIndex((word) => word.startsWith("--pin-dir"));
  const given = words[last] ?? "";
  // bash takes --pin-dir=/x for three words.
  const value = given.includes("=")
    ? given.slice(given.indexOf("=") + 1)
    : words[last + 1] === "="
      ? words[last + 2]
      : words[last + 1];
  const found = last < 0 ? undefined : value;
  return found || process.env.EMPTCP_PIN_DIR || engineArgs["pin-dir"].default;
}

/** Reads what runs. What runs describes itself: nobody has to look for modules. */
async function read<T>(words: readonly string[], use: (engine: Engine) => T): Promise<T> {
  const { openEngine, ModuleCatalog } = await import("@emptcp/core");
  const engine = await openEngine({ pinDir: pinDirOf(words), modules: new ModuleCatalog([]) });
  try {
    return use(engine);
  } finally {
    engine.close();
  }
}

const setNames = (engine: Engine): string[] => engine.list().map(({ name }) => name);
const policyNames = (engine: Engine): string[] =>
  engine.list().flatMap((set) => set.policies.map(({ name }) => `${set.name}/${name}`));

/** Generations since the engine started whose sets may be brought back, the newest first. */
function generations(engine: Engine): string[] {
  const { history } = engine;
  const own = history.entries().filter(({ ok, era }) => ok && era === history.era);
  return [...new Set(own.map(({ generation }) => String(generation)))].reverse();
}

const kinds: Partial<Record<Completion, (words: readonly string[]) => Promise<readonly string[]>>> = {
  set: (words) => read(words, setNames),
  policy: (words) => read(words, policyNames),
  target: (words) => read(words, (engine) => [...setNames(engine), ...policyNames(engine)]),
  generation: (words) => read(words, generations),
  async module() {
    const { discoverModules } = await import("@emptcp/core");
    return discoverModules()
      .list()
      .map(({ manifest }) => manifest.module);
  },
  async interface() {
    const { readdirSync } = await import("node:fs");
    return readdirSync("/sys/class/net");
  },
  async command() {
    const { commands } = await import("../commands.js");
    return [...commands.keys()];
  },
};

/**
 * What can stand in a place of the command line.
 *
 * @param kind as `complete` of an argument
 * @param words the command line up to there
 * @returns the values; none where anything goes wrong, since nobody wants an error from the tab key
 */
export async function valuesFor(kind: string, words: readonly string[]): Promise<readonly string[]> {
  try {
    return Object.hasOwn(kinds, kind) ? ((await kinds[kind as Completion]?.(words)) ?? []) : [];
  } catch {
    return [];
  }
}
