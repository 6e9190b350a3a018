import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parts, withPart } from "./lib/doc-parts.js";
import { root } from "./lib/packages.js";

for (const part of parts) {
  const path = join(root, part.page);
  writeFileSync(path, withPart(readFileSync(path, "utf8"), part));
}
