import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { Phases } from "./scripts/lib/phases.js";

// Packages of the workspace are read from their sources: tests need no bundles (objects of modules excepted).
const conditions = ["@emptcp/source", "node", "import", "module", "default"];
const resolve = { resolve: { conditions }, ssr: { resolve: { conditions } } };

// The history of engines that tests make goes with them.
const state = (process.env["EMPTCP_STATE_DIR"] ??= mkdtempSync(join(tmpdir(), "emptcp-test-state-")));
process.on("exit", () => rmSync(state, { recursive: true, force: true }));

/** One kind of tests; kinds run one after the other, in this order. */
const kind = (groupOrder: number, name: string, include: string[], options: object = {}) => ({
  ...resolve,
  test: { name, include, pool: "forks" as const, sequence: { groupOrder }, ...options },
});

/** Programs, namespaces and interfaces of one kernel are shared: one file at a time. */
const alone = (seconds: number) => ({
  fileParallelism: false,
  testTimeout: seconds * 1000,
  hookTimeout: seconds * 1000,
});

const MODULES = ["packages/{actor,selector}-*/test/**/*.test.ts"];

export default defineConfig({
  ...resolve,
  test: {
    reporters: [new Phases(), "default"],
    passWithNoTests: true,
    projects: [
      kind(0, "unit", ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"]),
      // Each chain of a module's tests has an engine of its own, attached to nothing.
      kind(1, "modules", MODULES, { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 }),
      kind(2, "kernel", ["packages/*/test/**/*.test.ts"], { ...alone(60), exclude: MODULES }),
      kind(3, "connections", ["test/**/*.test.ts"], alone(120)),
    ],
  },
});
