import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorsPage } from "./errors-page.js";
import { root } from "./packages.js";

it("docs/errors.md says what the table says (npm run docs:errors writes it)", () => {
  expect(readFileSync(join(root, "docs/errors.md"), "utf8")).toBe(errorsPage());
});
