import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const SOURCE = join(import.meta.dirname, "probe");

/**
 * The probe as plain JavaScript in a directory of its own, for where there is no time to compile: a guest.
 *
 * @param directory below `test`, so that packages of the workspace are found from there
 */
export function prepareProbe(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(SOURCE)) {
    const from = join(SOURCE, name);
    if (!name.endsWith(".ts")) {
      cpSync(from, join(directory, name));
      continue;
    }
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(readFileSync(from, "utf8"), { compilerOptions: options });
    writeFileSync(join(directory, name.replace(/\.ts$/, ".js")), outputText);
  }
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }\n');
}
