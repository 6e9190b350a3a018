import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { removeStale } from "./stale.js";

it("what an earlier build left goes, what this one wrote and what others made stays", () => {
  const path = mkdtempSync(join(tmpdir(), "emptcp-stale-"));
  try {
    mkdirSync(join(path, "src/a"), { recursive: true });
    mkdirSync(join(path, "dist/a"), { recursive: true });
    const files = [
      "dist/old.js",
      "dist/new.js",
      "dist/a/kept.d.ts",
      "dist/a/gone.d.ts",
      "dist/x.o",
      "src/a/kept.ts",
    ];
    for (const name of files) writeFileSync(join(path, name), "");
    utimesSync(join(path, "dist/old.js"), 1, 1);
    utimesSync(join(path, "dist/x.o"), 1, 1);
    removeStale(path, Date.now());
    const left = readdirSync(join(path, "dist"), { recursive: true, encoding: "utf8" }).sort();
    expect(left).toEqual(["a", "a/kept.d.ts", "new.js", "x.o"]);
  } finally {
    rmSync(path, { recursive: true });
  }
});
