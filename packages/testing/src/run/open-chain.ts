import { openEngine, type Engine, type Hook, type Policy, type PolicySet, type Step } from "@emptcp/core";
import { bytesOf, type PacketLike } from "../matchers/packet.js";
import { untestable } from "./limits.js";
import { Counting } from "./counting.js";
import { seedMaps } from "./module-maps.js";
import { newPinDir, removeAbandonedPins } from "./pin-dir.js";
import { RootProgram } from "./root-program.js";
import type { ChainOptions, ChainRunner, PacketRunOptions, RunResult } from "./types.js";
import { verdictOf } from "./verdict.js";

/** Name of the policy set, of its policy, and of the port that packets are sent through. */
const NAME = "test";
const PORT = "@test";

/** A policy set with one chain on one hook's test port. */
function chainSet(hook: Hook, steps: readonly Step[], options: ChainOptions): PolicySet {
  const policy: Policy = {
    name: NAME,
    when: options.when ?? { kind: "all", of: [] },
    chain: steps,
    priority: 0,
    continue: options.continue ?? false,
    onError: options.onError ?? "pass",
  };
  const attach = hook === "xdp" ? { xdp: { interfaces: [PORT], mode: "auto" as const } } : { [hook]: [PORT] };
  return { name: NAME, attach, policies: [policy] };
}

/** A chain loaded by an engine of its own: nothing is attached, and other engines on the machine are not touched. */
export class OpenChain implements ChainRunner {
  readonly #counting: Counting;
  #root: RootProgram | undefined;

  /** Use {@link openChain}. @param engine the engine below, for what a test wants to look at */
  constructor(
    readonly hook: Hook,
    readonly engine: Engine,
    readonly pinDir: string,
  ) {
    this.#counting = new Counting(engine);
  }

  /** Opens the root program and counts from here on; the chain must be applied. */
  start(): void {
    this.#root = new RootProgram(this.engine, this.pinDir, this.hook, PORT);
    this.#counting.start();
  }

  run(packet: PacketLike, options: PacketRunOptions = {}): RunResult {
    const reason = untestable(this.hook, packet);
    if (reason !== undefined) throw new RangeError(`run packet: ${reason}`);
    if (!this.#root) throw new Error("run packet: the chain is closed");
    const { retval, data: after, metadata } = this.#root.run(bytesOf(packet), options.gsoSize ?? 0);
    return { verdict: verdictOf(this.hook, retval), packet: after, metadata, ...this.#counting.next() };
  }

  async close(): Promise<void> {
    this.#root?.close();
    this.#root = undefined;
    try {
      await this.engine.detach();
    } finally {
      this.engine.close();
    }
  }
}

/**
 * Loads a chain into the kernel, with root and entry as the engine does it, without attaching it anywhere.
 * The caller closes it. Needs root and a BPF file system.
 *
 * @param steps what actors return, first step first
 * @throws ProblemsError and EmptcpError as `Engine.apply` does; nothing is left behind then
 */
export async function openChain(
  hook: Hook,
  steps: readonly Step[],
  options: ChainOptions = {},
): Promise<OpenChain> {
  removeAbandonedPins();
  const pinDir = newPinDir();
  const engine = await openEngine({ pinDir, stateDir: false });
  const chain = new OpenChain(hook, engine, pinDir);
  try {
    await engine.apply(chainSet(hook, steps, options));
    seedMaps(engine, options.state ?? {});
    chain.start();
    return chain;
  } catch (error) {
    await chain.close();
    throw error;
  }
}
