import { spawnSync } from "node:child_process";
import { LabError } from "../errors.js";

/** Directory in which `ip netns` keeps namespaces. */
const NETNS_DIRECTORY = "/run/netns";

/** File of a named network namespace. */
export function namespacePath(name: string): string {
  return `${NETNS_DIRECTORY}/${name}`;
}

/**
 * Command line that runs a command in a namespace. `ip netns exec` would give it a mount namespace of its own, in
 * which bpffs pins are out of sight.
 */
export function inNamespace(name: string, argv: readonly string[]): string[] {
  return ["nsenter", `--net=${namespacePath(name)}`, "--", ...argv];
}

/**
 * Runs a command to its end and returns its standard output.
 * @param input given on standard input
 * @throws LabError ERR_EMPTCP_LAB_COMMAND with what it said, ERR_EMPTCP_LAB_NEEDS when the program is not installed
 */
export function runNow(argv: readonly string[], input = ""): string {
  const [program = "", ...args] = argv;
  const done = spawnSync(program, args, { input, encoding: "utf8", timeout: 30_000, maxBuffer: 64 << 20 });
  if (done.error) throw commandFailed(argv, done.error.message, done.error);
  if (done.status !== 0)
    throw commandFailed(argv, done.stderr.trim() || `ended with ${done.status ?? done.signal}`);
  return done.stdout;
}

/** The error for a command that did not do what it should. */
export function commandFailed(argv: readonly string[], said: string, cause?: unknown): LabError {
  const missing = (cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
  const line = argv.join(" ");
  if (missing) {
    return new LabError(
      "ERR_EMPTCP_LAB_NEEDS",
      `run ${argv[0] ?? ""}: it is not installed`,
      "install it and try again",
    );
  }
  return new LabError("ERR_EMPTCP_LAB_COMMAND", `run \`${line}\`: ${said}`, "run it by hand to see more", {
    cause,
  });
}
