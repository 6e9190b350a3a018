import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parts, withPart } from "./doc-parts.js";
import { root } from "./packages.js";

it.each(parts)("$page has its $name as they are (npm run docs:parts writes them)", (part) => {
  const page = readFileSync(join(root, part.page), "utf8");
  expect(page).toBe(withPart(page, part));
});
