import { printEvent } from "../events/print.js";
import { visible } from "../terminal.js";
import type { BuiltModule } from "./build-all.js";
import { withModules } from "./swap.js";

/** What the messages are of, and until when. */
export interface MessageOptions {
  readonly directories: readonly string[];
  readonly pinDir: string;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

const names = (modules: readonly BuiltModule[]): Set<string> => new Set(modules.map(({ name }) => name));

/**
 * Prints what the modules say with `emptcp_log()` and report as events, as long as they run and nobody else reads events.
 * Messages are switched on meanwhile.
 *
 * @returns when the signal comes: true; at once when none of the modules is in use: false, to be tried again later
 */
export async function printMessages(
  modules: readonly BuiltModule[],
  options: MessageOptions,
): Promise<boolean> {
  const { directories, pinDir, json, signal } = options;
  const wanted = names(modules);
  return withModules(directories, pinDir, async (engine) => {
    const { number, modules: running, instrument } = engine.current();
    if (number === 0 || !running.some((module) => wanted.has(module.package))) return false;
    const switched = !instrument.log;
    if (switched) await engine.setLog(true);
    try {
      for await (const event of engine.events({ signal, log: true }))
        if (wanted.has(event.package)) printEvent(event, json);
    } catch (error) {
      const { message } = error as Error;
      process.stderr.write(`messages of the modules are not shown: ${visible(message)}\n`);
    } finally {
      // The objects are others by now: an engine that knows them switches it off.
      if (switched) await withModules(directories, pinDir, (now) => now.setLog(false));
    }
    return true;
  });
}
