import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Host } from "@emptcp/lab";

/**
 * Runs a command in a host with this terminal.
 *
 * @returns its exit status; 128 and the number of the signal when it was killed, as shells do
 */
export function runInHost(host: Host, argv: readonly string[]): Promise<number> {
  const [program = "", ...rest] = host.commandLine(argv);
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: "inherit" });
    // The terminal sends its signals to the command too; we wait for what it makes of them.
    const wait = (): void => undefined;
    process.on("SIGINT", wait).on("SIGQUIT", wait);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", wait).off("SIGQUIT", wait);
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}
