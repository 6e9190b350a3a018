import { isDeepStrictEqual } from "node:util";
import { fail, throwProblems } from "../errors.js";
import { discoverModules } from "../module/discover.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { normalisePolicySet } from "../policy/index.js";
import type { PolicySet } from "../policy/types.js";
import { BpfMap, BpfProgram } from "../libbpf/index.js";
import { commit, type CommitOptions } from "./commit.js";
import { checkSet } from "./check-environment.js";
import type { PacketHook } from "./layout.js";
import type { GenerationManifest } from "./manifest.js";
import { DEFAULT_PIN_DIR } from "./pin-dir.js";
import { detachPort } from "./ports.js";
import { catalogFor } from "./catalog-for.js";
import { PolicyHandle } from "./policy-handle.js";
import { EngineState } from "./state.js";
import { watchInterfaces } from "./watch.js";
import { readCounters, readStats, type EngineCounters, type PolicyStats } from "./stats.js";

export interface EngineOptions {
  /** Directory on a BPF file system where the engine keeps what runs; default /sys/fs/bpf/emptcp. */
  readonly pinDir?: string;
  /** Modules to use; default: those found from the working directory. */
  readonly modules?: ModuleCatalog;
  /** Milliseconds to wait for another writer; default 10 000. */
  readonly lockTimeout?: number;
}

export interface ApplyResult {
  /** Number of the generation that runs now. */
  readonly generation: number;
  /** The set and its programs were the same already. */
  readonly unchanged: boolean;
}

/** Verdict of a test run, by hook. */
export interface TestRunResult {
  readonly verdict: number;
  readonly data: Buffer;
}

/** Handle on what runs below one pin directory. Closing it frees what this process holds; what runs goes on. */
export class Engine {
  readonly #state: EngineState;

  constructor(state: EngineState) {
    this.#state = state;
  }

  /** Modules that policies can name. */
  get modules(): ModuleCatalog {
    return this.#state.catalog;
  }

  /** The generation that runs, as it describes itself. */
  current(): GenerationManifest {
    return this.#state.manifest();
  }

  /** Policy sets that run. */
  list(): readonly PolicySet[] {
    return this.current().sets;
  }

  /**
   * Replaces the policy set of that name, and only that, in one atomic switch.
   *
   * @throws ProblemsError with all that is wrong with the set; EmptcpError when the kernel refuses. Either
   * way what ran before goes on.
   */
  async apply(set: PolicySet, options: CommitOptions = {}): Promise<ApplyResult> {
    this.#state.catalog = catalogFor(set, this.#state.catalog);
    const plain = normalisePolicySet(JSON.parse(JSON.stringify(set)));
    return this.#state.exclusively((context, running) => {
      const others = running.sets.filter((s) => s.name !== set.name);
      const sets = [...others, plain].sort((a, b) => (a.name < b.name ? -1 : 1));
      throwProblems(checkSet(plain, this.#state.catalog));
      const after = commit(context, running, sets, { ...options, strict: set.name });
      const before = running.sets.find((s) => s.name === set.name);
      const unchanged = after.signature === running.signature && isDeepStrictEqual(before, plain);
      return { generation: after.number, unchanged };
    });
  }

  /**
   * Removes a policy set.
   *
   * @throws ERR_EMPTCP_UNKNOWN_SET
   */
  async delete(name: string, options: CommitOptions = {}): Promise<ApplyResult> {
    this.#requireRunning(name);
    return this.#state.exclusively((context, running) => {
      const sets = running.sets.filter((s) => s.name !== name);
      if (sets.length === running.sets.length) this.#requireRunning(name);
      const after = commit(context, running, sets, options);
      return { generation: after.number, unchanged: false };
    });
  }

  /** Looks for interfaces that came or went since, and lets them join or leave. */
  async refresh(options: CommitOptions = {}): Promise<ApplyResult> {
    return this.#state.exclusively((context, running) => ({
      generation: commit(context, running, running.sets, options).number,
      unchanged: false,
    }));
  }

  /**
   * Lets interfaces join as they appear, for as long as this process lives.
   *
   * @param options.interval milliseconds between two looks, default 500
   * @param options.onError what a failed look or refresh is reported to; the next look tries again
   * @returns ends it
   */
  watch(
    options: { readonly interval?: number; readonly onError?: (error: unknown) => void } = {},
  ): () => void {
    const { interval = 500, onError = () => undefined } = options;
    return watchInterfaces(this.#state, () => this.refresh(), onError, interval);
  }

  /**
   * The private map of a module in use. The caller closes it.
   *
   * @throws ERR_EMPTCP_UNKNOWN_MODULE when no running policy uses the module, or it has no such map
   */
  moduleMap(module: string, map: string): BpfMap {
    const known = this.current().modules.find((m) => m.name === module);
    if (!known?.maps.includes(map)) {
      fail("ERR_EMPTCP_UNKNOWN_MODULE", { module, where: ` with a map "${map}" among those that run` });
    }
    return BpfMap.fromPin(this.#state.pins.moduleMap(module, map));
  }

  /** Detaches everything and removes every trace of the engine. */
  async detach(): Promise<void> {
    if (!this.#state.pins.exists()) {
      this.#state.pins.remove();
      return;
    }
    const { pins } = this.#state;
    await this.#state.removeAll((running) => {
      for (const port of running.ports) detachPort(pins, port);
    });
  }

  /** Lets every packet pass at every hook at once, or ends that. */
  async bypass(on: boolean): Promise<void> {
    await this.#state.exclusively((context) => {
      const from = context.maps.active.read();
      context.maps.active.compareAndSwap(from, { ...from, bypass: on });
    });
  }

  /**
   * A running policy, by `set/policy` or by a name that only one set has.
   *
   * @throws ERR_EMPTCP_UNKNOWN_POLICY
   */
  policy(name: string): PolicyHandle {
    return new PolicyHandle(this.#state, name);
  }

  /** Counters of the engine itself: missed tail calls, failed steps. */
  counters(): EngineCounters {
    return readCounters(this.#state);
  }

  /** Packets, bytes and refusals of each policy and step. */
  stats(set?: string): PolicyStats[] {
    return readStats(this.#state, set);
  }

  /**
   * Sends a packet through the root of a port, on this CPU, and returns what came out. For ports of real
   * interfaces as for test ports (`@name`).
   *
   * @param data the packet from its first header on
   */
  testRun(hook: PacketHook, data: Uint8Array, name = "@test"): TestRunResult {
    const port = this.current().ports.find((p) => p.hook === hook && p.name === name);
    if (!port) return fail("ERR_EMPTCP_UNKNOWN_INTERFACE", { interface: name });
    using root = BpfProgram.fromPin(this.#state.pins.rootProgram(port.id));
    const result = root.testRun({ data, dataOutSize: data.length + 512 });
    return { verdict: result.retval | 0, data: result.data };
  }

  #requireRunning(name: string): void {
    if (this.list().some((s) => s.name === name)) return;
    fail("ERR_EMPTCP_UNKNOWN_SET", { set: name, known: this.list().map((s) => s.name) });
  }

  close(): void {
    this.#state.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Opens the engine of a pin directory; starts nothing. */
export function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const catalog = options.modules ?? discoverModules();
  const state = new EngineState(options.pinDir ?? DEFAULT_PIN_DIR, catalog, options.lockTimeout ?? 10_000);
  return Promise.resolve(new Engine(state));
}
