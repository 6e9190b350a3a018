import { EmptcpError, ProblemsError } from "./errors.js";
import { buildPackage } from "./build/build-package.js";

/** `build-cli <package directory>...`: builds modules, or core's own programs; the exit status is 1 when one fails. */
async function main(directories: readonly string[]): Promise<void> {
  if (directories.length === 0) {
    console.error("build: name at least one package directory");
    process.exitCode = 2;
  }
  for (const directory of directories) {
    try {
      const { name, built } = await buildPackage(directory);
      console.log(`${name}: ${built ? "built" : "nothing changed"}`);
    } catch (error) {
      if (error instanceof ProblemsError) for (const { message } of error.problems) console.error(message);
      else console.error(error instanceof EmptcpError ? error.message : error);
      process.exitCode = 1;
    }
  }
}

await main(process.argv.slice(2));
