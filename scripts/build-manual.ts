import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manualPages } from "../packages/cli/src/manual/manual.js";
import { root } from "./lib/packages.js";

// A build of the same sources at another time is the same build: https://reproducible-builds.org/specs/source-date-epoch/
const epoch = process.env.SOURCE_DATE_EPOCH;
const day = (epoch === undefined ? new Date() : new Date(Number(epoch) * 1000)).toISOString().slice(0, 10);

const directory = join(root, "packages/cli/dist/man");
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
for (const [name, text] of await manualPages(day)) writeFileSync(join(directory, name), text);
