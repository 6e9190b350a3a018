import { discoverModules, openEngine } from "@emptcp/core";
import type { BuiltModule } from "./build-all.js";

/**
 * Puts modules that were built anew into what runs: every policy set that uses one of them gets its new programs in one
 * switch, under traffic. Nothing happens where none is in use, or all of them run already.
 *
 * @returns the generation that has them; undefined when nothing was to be done
 * @throws whatever stands in the way; then the old ones go on
 */
export async function swapIn(built: readonly BuiltModule[], pinDir: string): Promise<number | undefined> {
  const modules = discoverModules({ from: [...built.map(({ dir }) => dir), process.cwd()] });
  const engine = await openEngine({ pinDir, modules });
  try {
    const running = engine.current().modules;
    const stale = built.some(({ name, objects }) => {
      const record = running.find((module) => module.package === name);
      return Object.entries(record?.objects ?? {}).some(([hook, sha256]) => objects[hook] !== sha256);
    });
    return stale ? (await engine.refresh()).generation : undefined;
  } finally {
    engine.close();
  }
}
