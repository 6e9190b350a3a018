import { fail } from "../errors.js";
import { discoverModules } from "../module/discover.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { PolicySet } from "../policy/types.js";
import { BpfMap, BpfProgram } from "../libbpf/index.js";
import { applySets, type ApplyOptions, type ApplyResult } from "./apply-sets.js";
import { commit, type CommitOptions } from "./commit.js";
import { setBypass } from "./set-bypass.js";
import { confirmationOf, refuseUnconfirmed, type Confirmation } from "./confirm/pending.js";
import { History } from "./history/history.js";
import { chooseStateDir } from "./history/state-dir.js";
import { EventStream } from "./events/stream.js";
import type { EventOptions } from "./events/types.js";
import type { PacketHook } from "./layout.js";
import type { GenerationManifest } from "./manifest.js";
import { ModuleHandle, type ModuleTypes } from "./module-handle.js";
import { DEFAULT_PIN_DIR } from "./pin-dir.js";
import { detachPort } from "./ports.js";
import { PolicyHandle } from "./policy-handle.js";
import { rollBack, type RollbackOptions, type RollbackResult } from "./roll-back.js";
import { setParams, type ParamChange } from "./set-params.js";
import { setInstrument, setProfile } from "./set-instrument.js";
import { EngineState } from "./state.js";
import { readEntryTimes, type EntryStats } from "./times.js";
import { newTrace } from "./trace.js";
import type { Trace, TraceFilter, TraceOptions } from "./trace-types.js";
import { isFresh, watchInterfaces } from "./watch.js";
import { readCounters, readStats, type EngineCounters, type PolicyStats } from "./stats.js";

export interface EngineOptions {
  /** Directory on a BPF file system where the engine keeps what runs; default /sys/fs/bpf/emptcp. */
  readonly pinDir?: string;
  /** Modules to use; default: those found from the working directory. */
  readonly modules?: ModuleCatalog;
  /** Milliseconds to wait for another writer; default 10 000. */
  readonly lockTimeout?: number;
  /**
   * Directory for the history, which outlives the kernel; default: EMPTCP_STATE_DIR, or /var/lib/emptcp. False: none is
   * kept, and there is no way back to earlier generations.
   */
  readonly stateDir?: string | false;
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
   * Replaces the policy sets of those names, and only those, in one atomic switch: all of them, or none.
   *
   * @param sets one or several; the others that run stay, unless `prune` is given
   * @throws ProblemsError with all that is wrong with the sets, the paths of several beginning with `sets[i]`;
   * ERR_EMPTCP_UNCONFIRMED, ERR_EMPTCP_WATCHDOG; EmptcpError when the kernel refuses. Either way what ran before goes on.
   */
  async apply(sets: PolicySet | readonly PolicySet[], options: ApplyOptions = {}): Promise<ApplyResult> {
    const given = Array.isArray(sets) ? (sets as readonly PolicySet[]) : [sets as PolicySet];
    return applySets(this.#state, given, options, "apply");
  }

  /** Makes these the policy sets that run, in one atomic switch; all others go. @throws as `apply` */
  async replace(sets: readonly PolicySet[], options: ApplyOptions = {}): Promise<ApplyResult> {
    return applySets(this.#state, sets, { ...options, prune: true }, "replace");
  }

  /**
   * Removes policy sets, in one atomic switch.
   *
   * @throws ERR_EMPTCP_UNKNOWN_SET when one of them does not run, ERR_EMPTCP_UNCONFIRMED
   */
  async delete(names: string | readonly string[], options: CommitOptions = {}): Promise<ApplyResult> {
    const gone = typeof names === "string" ? [names] : names;
    for (const name of gone) this.#requireRunning(name);
    return this.#state.exclusively(
      (context, running) => {
        refuseUnconfirmed(this.#state.pins, running);
        for (const name of gone) {
          if (!running.sets.some((s) => s.name === name)) this.#requireRunning(name);
        }
        const sets = running.sets.filter((s) => !gone.includes(s.name));
        const { number } = commit(context, running, sets, options);
        const changes = gone.map((set) => ({ set, change: "removed" as const }));
        return { generation: number, unchanged: false, changes, warnings: [] };
      },
      { what: "delete", detail: gone.join(", ") },
    );
  }

  /**
   * Changes parameters of a running policy as data: no program is loaded. A later `apply` of its set wins.
   *
   * @param policy `set/policy`, or a policy name that only one set has
   * @throws ERR_EMPTCP_UNKNOWN_POLICY, ERR_EMPTCP_UNKNOWN_STEP, ERR_EMPTCP_UNCONFIRMED, ProblemsError
   */
  async setParams(
    policy: string,
    changes: readonly ParamChange[],
  ): Promise<{ readonly generation: number; readonly policy: string }> {
    return setParams(this.#state, policy, changes);
  }

  /**
   * Brings the policy sets of an earlier generation back, those and no others, in one atomic switch.
   *
   * @throws ERR_EMPTCP_NO_HISTORY, ERR_EMPTCP_NO_GENERATION, ERR_EMPTCP_OTHER_MODULES
   */
  async rollback(options: RollbackOptions = {}): Promise<RollbackResult> {
    return rollBack(this.#state, options);
  }

  /** The generation that goes unless it is confirmed; undefined when none waits. */
  confirmation(): Confirmation | undefined {
    return confirmationOf(this.#state.pins, this.#state.maps?.active.read().generation ?? 0);
  }

  /** Keeps the generation that waits to be confirmed. @throws ERR_EMPTCP_NOTHING_TO_CONFIRM */
  async confirm(): Promise<Confirmation> {
    if (!this.confirmation()) fail("ERR_EMPTCP_NOTHING_TO_CONFIRM", {});
    return this.#state.exclusively(
      (_, running) => {
        const waiting = confirmationOf(this.#state.pins, running.number);
        if (!waiting) return fail("ERR_EMPTCP_NOTHING_TO_CONFIRM", {});
        this.#state.removePending();
        return waiting;
      },
      { what: "confirm" },
    );
  }

  /** What was changed, by whom, and how it ended. */
  get history(): History {
    return new History(this.#state);
  }

  /**
   * Whether every interface that the running sets name is attached to, and no change was interrupted: `refresh` would
   * find nothing to do.
   */
  isFresh(): boolean {
    return isFresh(this.#state);
  }

  /** Looks for interfaces that came or went since, and lets them join or leave. */
  async refresh(options: CommitOptions = {}): Promise<ApplyResult> {
    return this.#state.exclusively(
      (context, running) => ({
        generation: commit(context, running, running.sets, options).number,
        unchanged: false,
        changes: [],
        warnings: [],
      }),
      { what: "refresh" },
    );
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
   * @param module its name or its package
   * @throws ERR_EMPTCP_UNKNOWN_MODULE when no running policy uses the module, or it has no such map
   */
  moduleMap(module: string, map: string): BpfMap {
    const known = this.current().modules.find((m) => m.name === module || m.package === module);
    if (!known?.maps.includes(map)) {
      fail("ERR_EMPTCP_UNKNOWN_MODULE", { module, where: ` with a map "${map}" among those that run` });
    }
    return BpfMap.fromPin(this.#state.pins.moduleMap(known.package, map));
  }

  /**
   * A module that runs: its maps, typed, and its events.
   *
   * @param name module or package
   * @throws ERR_EMPTCP_UNKNOWN_MODULE when no running policy uses it
   */
  module<T extends ModuleTypes = ModuleTypes>(name: string): ModuleHandle<T> {
    return new ModuleHandle<T>(this.#state, name);
  }

  /**
   * What modules report. Each event reaches one reader: a second one is refused with ERR_EMPTCP_EVENTS_TAKEN as
   * soon as it begins to iterate. What nobody reads waits in a buffer of 1 MiB; what does not fit is counted as lost.
   */
  events(options: EventOptions = {}): EventStream {
    return new EventStream(this.#state, options);
  }

  /**
   * Switches the messages of modules (`emptcp_log()`) on or off, in a new generation with the same policies. While they
   * are off they cost nothing. They end by themselves with the next change after nobody reads events any more.
   *
   * @throws ERR_EMPTCP_NOT_RUNNING
   */
  async setLog(on: boolean): Promise<void> {
    await setInstrument(this.#state, { log: on }, on ? "messages on" : "messages off");
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

  /**
   * Lets every packet pass at every hook at once, or ends that: one write, which waits for no other writer. What is
   * applied meanwhile is bypassed, too.
   *
   * @returns whether it was on before
   * @throws ERR_EMPTCP_NOT_RUNNING
   */
  async bypass(on: boolean): Promise<boolean> {
    return setBypass(this.#state, on);
  }

  /** Whether every packet passes at every hook. */
  bypassed(): boolean {
    return this.#state.maps?.active.read().bypass ?? false;
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

  /** Time of each entry while a profile runs; empty otherwise. */
  entryStats(): EntryStats[] {
    return readEntryTimes(this.#state);
  }

  /**
   * Times steps and entries, one packet in `sample` (a power of two) for each of them and CPU; `false` ends it. `stats`
   * has the times of steps meanwhile. Without a profile the programs have no code for it.
   *
   * @throws ERR_EMPTCP_PROFILE, ERR_EMPTCP_NOT_RUNNING
   */
  async profile(profile: { readonly sample: number } | false): Promise<void> {
    await setProfile(this.#state, profile);
  }

  /**
   * Follows packets through entries and steps. Iterating begins it, leaving the loop ends it; both are generations, so
   * nothing is lost on the way. One trace at a time; one whose process was killed ends with the next change of anybody.
   *
   * @throws ProblemsError (ERR_EMPTCP_TRACE_FILTER); when iterating ERR_EMPTCP_TRACE_BUSY, ERR_EMPTCP_NOT_RUNNING
   */
  trace(filter: TraceFilter = {}, options: TraceOptions = {}): Trace {
    return newTrace(this.#state, filter, options);
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
  const state = new EngineState(
    options.pinDir ?? DEFAULT_PIN_DIR,
    catalog,
    options.lockTimeout ?? 10_000,
    chooseStateDir(options.stateDir),
  );
  return Promise.resolve(new Engine(state));
}
