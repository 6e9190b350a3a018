import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manualPages } from "../packages/cli/src/manual/manual.js";
import { commandsPage } from "./lib/commands-page.js";
import { root } from "./lib/packages.js";

writeFileSync(join(root, "docs/commands.md"), await commandsPage());

const path = join(root, "packages/cli/package.json");
const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
const pages = [...(await manualPages("")).keys()];
writeFileSync(
  path,
  `${JSON.stringify({ ...manifest, man: pages.map((name) => `./dist/man/${name}`) }, null, 2)}\n`,
);
