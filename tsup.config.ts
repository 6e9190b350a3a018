import type { Options } from "tsup";

/** What every package is bundled with; the entries come from its package.json (scripts/lib/entries.ts). */
export const shared: Options = {
  format: "esm",
  target: "node20",
  platform: "node",
  outDir: "dist",
  dts: false,
  clean: false,
  splitting: true,
  sourcemap: false,
  silent: true,
  config: false,
};
