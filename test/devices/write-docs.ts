/** `npm run docs:devices`: tries every kind of device in a guest and writes the table in docs/devices.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { tryDevicesInGuest } from "./run.js";
import { table } from "./table.js";

const PAGE = join(import.meta.dirname, "../../docs/devices.md");
const START = "<!-- table: npm run docs:devices -->";
const END = "<!-- end of table -->";

const outcomes = await tryDevicesInGuest("6.12");
const page = readFileSync(PAGE, "utf8");
const [before = "", rest = ""] = page.split(START);
const after = rest.split(END)[1] ?? "";
const text = `${before}${START}\n\n${table(outcomes)}\n\n${END}${after}`;
writeFileSync(PAGE, await format(text, { parser: "markdown", printWidth: 110 }));
