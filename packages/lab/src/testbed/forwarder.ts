import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LabError } from "../errors.js";
import { packageFile } from "../package-file.js";
import { inNamespace, namespacePath, runNow } from "./command.js";
import { linkEnds, queueBytes, type LinkPlan } from "./topology.js";

const SOURCE = packageFile("c", "forwarder.c");
const COMPILERS = ["cc", "clang", "gcc"];
/** Without a rate the queue is never what limits; the forwarder bounds the packets under way. */
const UNLIMITED_QUEUE = 1 << 30;

/**
 * Starts a forwarder for a link; returns once both devices exist.
 * @param owner process whose end ends the forwarder, 0: none
 */
export function startForwarder(
  id: string,
  link: Extract<LinkPlan, { kind: "forwarder" }>,
  owner: number,
): void {
  const { here, there } = linkEnds(id, link);
  const queue = link.rateMbit === 0 ? UNLIMITED_QUEUE : queueBytes(link.rateMbit);
  const numbers = [link.delayMs * 1000, link.rateMbit * 1e6, queue, owner].map((n) => String(Math.round(n)));
  runNow(inNamespace(here, [forwarderPath(), link.device, namespacePath(there), link.device, ...numbers]));
}

/**
 * The forwarder's program, compiled when this source has not been compiled before.
 * @throws LabError ERR_EMPTCP_LAB_NEEDS when there is no C compiler
 */
export function forwarderPath(): string {
  const digest = createHash("sha256").update(readFileSync(SOURCE)).digest("hex").slice(0, 16);
  const directory = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "emptcp");
  const program = join(directory, `forwarder-${digest}`);
  if (existsSync(program)) return program;
  mkdirSync(directory, { recursive: true });
  const draft = mkdtempSync(join(directory, "build-"));
  try {
    compile(join(draft, "forwarder"));
    renameSync(join(draft, "forwarder"), program);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return program;
}

function compile(output: string): void {
  for (const compiler of COMPILERS) {
    try {
      runNow([compiler, "-O2", "-Wall", "-o", output, SOURCE]);
      return;
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== "ERR_EMPTCP_LAB_NEEDS") throw error;
    }
  }
  throw new LabError(
    "ERR_EMPTCP_LAB_NEEDS",
    `compile the forwarder: none of ${COMPILERS.join(", ")} is installed`,
    "install clang or gcc; kernels with netem need none",
  );
}
