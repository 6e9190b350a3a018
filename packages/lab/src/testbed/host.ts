import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { commandFailed, inNamespace, namespacePath, runNow } from "./command.js";

/** How to run a command in a host. */
export interface RunOptions {
  /** Given on standard input; absent: nothing. */
  readonly input?: string;
  /** Milliseconds after which it is killed and counts as failed; absent: 60 000. */
  readonly timeoutMs?: number;
}

/** What a finished command left. */
export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Client, router or server of a testbed: a network namespace to run programs in. */
export class Host {
  /** File of the namespace. */
  readonly path: string;

  /**
   * @param namespace its name, as in `ip netns` and in interface names of policy sets ("<namespace>/path1")
   * @param outlive programs started here go on when this process ends
   */
  constructor(
    readonly namespace: string,
    private readonly outlive: boolean,
  ) {
    this.path = namespacePath(namespace);
  }

  /** Name of one of its devices for the `attach` of a policy set. */
  device(name: string): string {
    return `${this.namespace}/${name}`;
  }

  /** Command line that runs a command here. */
  commandLine(argv: readonly string[]): string[] {
    const bound = this.outlive ? argv : ["setpriv", "--pdeathsig", "KILL", "--", ...argv];
    return inNamespace(this.namespace, bound);
  }

  /** Runs a short command and returns its standard output; waits without letting anything else happen. */
  runNow(argv: readonly string[], input = ""): string {
    return runNow(inNamespace(this.namespace, argv), input);
  }

  /**
   * Runs a command to its end.
   * @throws LabError ERR_EMPTCP_LAB_COMMAND when its exit status is not 0, or when it takes too long
   */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const result = await this.attempt(argv, options);
    if (result.status !== 0)
      throw commandFailed(
        argv,
        result.stderr.trim() || result.stdout.trim() || `exit status ${result.status}`,
      );
    return result.stdout;
  }

  /** Runs a command to its end, whatever its exit status. */
  async attempt(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const child = this.start(argv, ["pipe", "pipe", "pipe"]);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    child.stdin?.on("error", () => undefined).end(options.input ?? "");
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 60_000);
    try {
      const status = await new Promise<number>((resolve, reject) => {
        child.on("error", (error) => reject(commandFailed(argv, error.message, error)));
        child.on("close", (code) => resolve(code ?? 137));
      });
      return { status, stdout: await stdout, stderr: await stderr };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Starts a program here; it ends with the testbed at the latest. */
  start(argv: readonly string[], stdio: StdioOptions = ["ignore", "pipe", "pipe"]): ChildProcess {
    const [program = "", ...args] = this.commandLine(argv);
    const child = spawn(program, args, { stdio, detached: this.outlive });
    child.on("error", () => undefined);
    if (this.outlive) child.unref();
    return child;
  }
}

/** Ends a program that was started with Host.start, and waits until it is gone. */
export async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await gone;
  clearTimeout(timer);
}

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream ?? []) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}
