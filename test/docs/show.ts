import { resolve } from "node:path";
import { readPage } from "./page.js";
import { follow } from "./session.js";

/** `npx tsx test/docs/show.ts PAGE`: follows a page and prints what each of its commands printed; for those who write one. */
const root = resolve(import.meta.dirname, "../..");
const { blocks } = readPage(resolve(process.argv[2] ?? "README.md"));
const results = await follow(blocks, root);
blocks.forEach((block, i) => {
  const result = results[i];
  if (block.kind !== "run") return;
  console.log(
    `--- line ${block.line}\n${block.text.trimEnd()}\n=> ${result?.status ?? "not reached"}\n${result?.output ?? ""}`,
  );
});
