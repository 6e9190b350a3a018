import { openEngine, policy, policySet, type Engine, type PolicySet } from "@emptcp/core";
import { BpfProgram } from "@emptcp/core/libbpf";
import { HOOKS, type BenchHook } from "./hooks.js";

type PolicyOptions = Parameters<typeof policy>[1];
type Step = PolicyOptions["chain"][number];
type Match = Extract<PolicyOptions["when"], { kind: "match" }>;

/** Name of the port that a set of the bench is attached to: one for each set, and no interface. */
const portOf = (set: string): string => `@${set}`;

/** A step that sets a window. */
export function setWindow(window: number): Step {
  return { kind: "step", module: "set-window", params: { window } };
}

/** Matches packets from one address (and port) to another. */
export function pair(module: "ip-pair" | "subflow", src: string, dst: string): Match {
  return { kind: "match", module, params: { src, dst } };
}

/** A set of one policy, `p`, on a test port of its own. */
export function benchSet(
  name: string,
  options: PolicyOptions,
  hooks: readonly BenchHook[] = HOOKS,
): PolicySet {
  const attach = Object.fromEntries(hooks.map((hook) => [hook, [portOf(name)]]));
  return policySet(name, { attach, policies: [policy("p", options)] });
}

/** An engine that nobody else uses; `close` removes every trace of it. */
export class BenchEngine {
  private constructor(
    readonly engine: Engine,
    readonly pinDir: string,
  ) {}

  static async open(name: string): Promise<BenchEngine> {
    const pinDir = `/sys/fs/bpf/emptcp-bench-${process.pid}-${name}`;
    return new BenchEngine(await openEngine({ pinDir }), pinDir);
  }

  /** The program that a NIC would have: the root of a set's port. */
  root(set: string, hook: BenchHook): BpfProgram {
    const port = this.engine.current().ports.find((p) => p.hook === hook && p.name === portOf(set));
    if (!port) throw new Error(`find the port of ${set} at ${hook}: there is none`);
    return BpfProgram.fromPin(`${this.pinDir}/ports/${port.id}_root`);
  }

  /** Packets that the policy of a set has matched at a hook. */
  matched(set: string, hook: BenchHook): bigint {
    return this.engine.stats(set).find((p) => p.hook === hook)?.packets ?? 0n;
  }

  /** Packets that the policy's last step saw. */
  finished(set: string, hook: BenchHook): bigint {
    return (
      this.engine
        .stats(set)
        .find((p) => p.hook === hook)
        ?.steps.at(-1)?.packets ?? 0n
    );
  }

  async close(): Promise<void> {
    await this.engine.detach();
    this.engine.close();
  }
}
