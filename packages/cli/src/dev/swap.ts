import { discoverModules, openEngine, type Engine } from "@emptcp/core";
import type { BuiltModule } from "./build-all.js";

/** Opens the engine with the modules as they are in the directories now, and closes it afterwards. */
export async function withModules<T>(
  directories: readonly string[],
  pinDir: string,
  use: (engine: Engine) => T | Promise<T>,
): Promise<T> {
  const modules = discoverModules({ from: [...directories, process.cwd()] });
  const engine = await openEngine({ pinDir, modules });
  try {
    return await use(engine);
  } finally {
    engine.close();
  }
}

/**
 * Puts modules that were built anew into what runs: every policy set that uses one of them gets its new programs in one
 * switch, under traffic. Nothing happens where none is in use, or all of them run already.
 *
 * @returns the generation that has them; undefined when nothing was to be done
 * @throws whatever stands in the way; then the old ones go on
 */
export function swapIn(built: readonly BuiltModule[], pinDir: string): Promise<number | undefined> {
  const directories = built.map(({ dir }) => dir);
  return withModules(directories, pinDir, async (engine) => {
    const running = engine.current().modules;
    const stale = built.some(({ name, objects }) => {
      const record = running.find((module) => module.package === name);
      return Object.entries(record?.objects ?? {}).some(([hook, sha256]) => objects[hook] !== sha256);
    });
    return stale ? (await engine.refresh()).generation : undefined;
  });
}
