import { openEngine, type Engine } from "@emptcp/core";

/** Opens the engine of a pin directory, runs `use`, and closes what this process holds of it; what runs goes on. */
export async function withEngine<T>(pinDir: string, use: (engine: Engine) => T | Promise<T>): Promise<T> {
  const engine = await openEngine({ pinDir });
  try {
    return await use(engine);
  } finally {
    engine.close();
  }
}
