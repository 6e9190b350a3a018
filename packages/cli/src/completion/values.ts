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

async function running(words: readonly string[]) {
  const { openEngine, ModuleCatalog } = await import("@emptcp/core");
  // What runs describes itself: nobody has to look for modules.
  const engine = await openEngine({ pinDir: pinDirOf(words), modules: new ModuleCatalog([]) });
  try {
    return engine.current();
  } finally {
    engine.close();
  }
}

const kinds: Partial<Record<Completion, (words: readonly string[]) => Promise<readonly string[]>>> = {
  set: async (words) => (await running(words)).sets.map(({ name }) => name),
  async policy(words) {
    const { sets } = await running(words);
    const named = sets.filter(({ name }) => words.includes(name));
    const policies = (named.length > 0 ? named : sets).flatMap((set) => set.policies);
    return [...new Set(policies.map(({ name }) => name))];
  },
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
  async generation(words) {
    return [String((await running(words)).number)];
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
