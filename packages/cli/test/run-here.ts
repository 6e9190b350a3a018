import { main } from "../src/main.js";
import type { CliResult } from "./run-cli.js";

/** Runs `emptcp` in this process, in a tenth of the time that a process of its own takes. Its modules are the workspace's. */
export async function emptcpHere(args: readonly string[]): Promise<CliResult> {
  const result = { out: "", err: "" };
  const { stdout, stderr } = process;
  const write = [stdout.write, stderr.write] as const;
  const before = process.exitCode;
  const into = (key: "out" | "err") => (chunk: string | Uint8Array) => {
    result[key] += chunk.toString();
    return true;
  };
  stdout.write = into("out");
  stderr.write = into("err");
  process.exitCode = undefined;
  try {
    const code = await main(args);
    return { code: code === 0 ? Number(process.exitCode ?? 0) : code, ...result };
  } finally {
    [stdout.write, stderr.write] = write;
    process.exitCode = before;
  }
}
