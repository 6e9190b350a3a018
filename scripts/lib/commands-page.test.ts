import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandTree, flatten } from "../../packages/cli/src/command-tree.js";
import { strangers } from "../../packages/cli/src/help/strangers.js";
import { manualPages } from "../../packages/cli/src/manual/manual.js";
import { errorNotes } from "../../packages/core/src/errors-notes.js";
import { errorTable } from "../../packages/core/src/errors-table.js";
import { commandsPage } from "./commands-page.js";
import { root } from "./packages.js";

it("docs/commands.md says what the commands say: npm run docs:commands", async () => {
  expect(readFileSync(join(root, "docs/commands.md"), "utf8")).toBe(await commandsPage());
});

it("the package installs every manual page: npm run docs:commands", async () => {
  const { man } = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8")) as {
    man: string[];
  };
  const pages = [...(await manualPages("2026-01-01")).keys()];
  expect(man).toEqual(pages.map((name) => `./dist/man/${name}`));
});

it("no error sends people to a command that does not exist", async () => {
  const commands = flatten((await commandTree()).flatMap(({ nodes }) => nodes));
  const names = commands.map(({ meta }) => meta.name);
  const texts = [...Object.entries(errorTable), ...Object.entries(errorNotes)];
  const wrong = texts.flatMap(([code, entry]) =>
    strangers(Object.values(entry).join(" "), names).map((name) => `${code}: emptcp ${name}`),
  );
  expect(wrong).toEqual([]);
});
