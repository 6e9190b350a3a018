import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes what an earlier build left in a package's `dist`: scripts that this one did not write, since chunks have their
 * contents in their names, and declarations of sources that are gone.
 *
 * @param started when this build of the package began, in milliseconds since 1970
 */
export function removeStale(path: string, started: number): void {
  const dist = join(path, "dist");
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const file = join(dist, name);
    const source = join(path, "src", name.replace(/\.d\.ts$/, ".ts"));
    // File systems keep times less exactly than the clock.
    const old = name.endsWith(".js") && statSync(file).mtimeMs < started - 1000;
    if (old || (name.endsWith(".d.ts") && !existsSync(source))) rmSync(file);
  }
}
