import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Directory of this package, wherever in it the code runs from: the sources or one of the bundles made of them. */
export function packageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "package.json"))) directory = dirname(directory);
  return directory;
}

/** A file that is shipped with this package. */
export function packageFile(...path: string[]): string {
  return join(packageDirectory(), ...path);
}
