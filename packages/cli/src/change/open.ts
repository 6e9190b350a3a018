import { openEngine, type Engine, type Problem } from "@emptcp/core";
import { styleFor, visible } from "../terminal.js";

/** What says where an engine lives, as `stateArgs` reads it. */
export interface Place {
  readonly "pin-dir": string;
  readonly "state-dir": string;
}

/** Says something on standard error that is no failure. */
export function warn(text: string): void {
  process.stderr.write(`${styleFor(process.stderr).yellow("warning:")} ${visible(text)}\n`);
}

export function warnAll(problems: readonly Problem[]): void {
  for (const { message, hint } of problems) warn(hint === "" ? message : `${message}; ${hint}`);
}

/** Opens an engine to change what runs, and tells afterwards when the change is missing in the history. */
export async function changeEngine<T>(place: Place, use: (engine: Engine) => T | Promise<T>): Promise<T> {
  const engine = await openEngine({ pinDir: place["pin-dir"], stateDir: place["state-dir"] });
  try {
    return await use(engine);
  } finally {
    const { problem } = engine.history;
    if (problem !== undefined) warn(`the history misses this change: ${problem}`);
    engine.close();
  }
}
