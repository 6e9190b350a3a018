import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorsPage } from "./lib/errors-page.js";
import { root } from "./lib/packages.js";

writeFileSync(join(root, "docs/errors.md"), errorsPage());
