import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./packages.js";

/** C sources and headers of the BPF side, relative to the root. */
export const bpfSources: readonly string[] = readdirSync(join(root, "packages"), {
  recursive: true,
  encoding: "utf8",
})
  .filter((path) => /\.bpf\.[ch]$/.test(path) && !/(^|\/)(node_modules|dist|\.cache)\//.test(path))
  .map((path) => join("packages", path));
