import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fail } from "@emptcp/core";

/** Loading programs takes the kernel longer than vitest waits by itself. */
const PATIENCE = ["--testTimeout=60000", "--hookTimeout=60000"];

/** vitest of the package, else the one that @emptcp/testing uses. */
function findVitest(dir: string): string {
  const from = (path: string): string =>
    join(dirname(createRequire(path).resolve("vitest/package.json")), "vitest.mjs");
  const own = join(dir, "package.json");
  for (const attempt of [
    () => from(own),
    () => from(createRequire(own).resolve("@emptcp/testing/package.json")),
  ]) {
    try {
      return attempt();
    } catch {
      // looked for elsewhere
    }
  }
  return fail("ERR_EMPTCP_BUILD", {
    package: dir,
    reason: "vitest is not installed: npm install --save-dev vitest @emptcp/testing",
  });
}

/** Runs the tests of a module, with their output on standard error. @returns whether all passed */
export function runTests(dir: string, signal: AbortSignal): Promise<boolean> {
  const child = spawn(process.execPath, [findVitest(dir), "run", "--root", dir, ...PATIENCE], {
    cwd: dir,
    stdio: ["ignore", process.stderr, process.stderr],
  });
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      signal.removeEventListener("abort", stop);
      resolve(code === 0);
    });
  });
}
