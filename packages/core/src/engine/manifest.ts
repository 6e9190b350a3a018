import type { PolicySet } from "../policy/types.js";
import type { PacketHook } from "./layout.js";
import type { EmitterRecord } from "./emitters.js";
import { NO_INSTRUMENT, type Instrument } from "./instrument.js";
import type { StepInstance } from "./sequences.js";
import type { Shape } from "./shapes.js";

/** An interface on one hook, with the root program that is attached there. */
export interface PortRecord {
  /** Index in a program set's part of `emptcp_entries`. */
  readonly id: number;
  readonly hook: PacketHook;
  /** Named network namespace; absent for the namespace of the process. */
  readonly netns?: string;
  /** Interface name; `@test` marks a port that exists only for test runs. */
  readonly name: string;
  readonly ifindex: number;
  /** Packets start at the IP header. */
  readonly layer3: boolean;
  readonly attached: "xdp-native" | "xdp-generic" | "tcx" | "clsact" | "test";
  /** Policy sets that act here, sorted. */
  readonly sets: readonly string[];
}

/** A hash table of rules of one shape, owned by one policy set on one hook. */
export interface TableRecord {
  readonly id: number;
  readonly set: string;
  readonly hook: PacketHook;
  readonly shape: Shape;
  /** Most rules it can hold. */
  readonly capacity: number;
}

/** Interfaces with the same policy sets share one entry program. */
export interface GroupRecord {
  readonly id: number;
  readonly hook: PacketHook;
  readonly layer3: boolean;
  readonly sets: readonly string[];
  /** Packages of the selectors in the order in which the entry runs them. */
  readonly selectors: readonly string[];
  /** Table ids, negative ones first. */
  readonly tables: readonly number[];
}

/** A policy as it runs on one hook. */
export interface PolicyRecord {
  readonly set: string;
  readonly name: string;
  readonly hook: PacketHook;
  /** Index in each bank of `emptcp_policies`. */
  readonly index: number;
  /** Row id: class in bits 30-31. */
  readonly row: number;
  /** Digest of the row's contents: equal rows are kept. */
  readonly rowKey: string;
  /** Digest of the expanded condition: equal conditions keep their rules. */
  readonly whenKey: string;
  readonly first: number;
  readonly rank: number;
  readonly flags: number;
  /** First of the policy's counters in `emptcp_step_count`. */
  readonly stats: number;
  /** Digest of what its rows' layout and flags depend on. */
  readonly layoutKey: string;
  /** Its chain: module, and where the step's parameters lie in a row (size rounded up to 8). */
  readonly steps: readonly {
    readonly module: string;
    readonly package: string;
    readonly offset: number;
    readonly size: number;
  }[];
}

/** A negated condition, known to the entry by its id; negative tables map packets to such ids. */
export interface LiteralRecord {
  readonly id: number;
  readonly set: string;
  readonly hook: PacketHook;
  /** Canonical text of the condition. */
  readonly text: string;
}

/** A row of `emptcp_negs`: the literals none of which may be hit. */
export interface NegRecord {
  readonly row: number;
  readonly set: string;
  readonly literals: readonly number[];
  /** Indices of the policies whose rules refer to it. */
  readonly policies: readonly number[];
}

/** A module in use: what was loaded, so that it can be told and compared. */
export interface ModuleRecord {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** sha256 of the object for each hook. */
  readonly objects: Readonly<Record<string, string>>;
  /** Pinned private maps by name. */
  readonly maps: readonly string[];
}

/** What a generation is made of; kept as JSON in a frozen, pinned map, so that any process can adopt it. */
export interface GenerationManifest {
  readonly schema: 1;
  readonly number: number;
  readonly createdAt: string;
  readonly core: string;
  readonly abi: number;
  readonly slot: number;
  readonly bank: number;
  /** What its programs tell beside their own work. */
  readonly instrument: Instrument;
  /** Equal signatures mean equal program sets. */
  readonly signature: string;
  readonly sets: readonly PolicySet[];
  readonly modules: readonly ModuleRecord[];
  /** Builds of modules whose events may be in the ring buffer, those that run first. */
  readonly emitters: readonly EmitterRecord[];
  readonly ports: readonly PortRecord[];
  readonly groups: readonly GroupRecord[];
  readonly tables: readonly TableRecord[];
  readonly steps: readonly (StepInstance & { readonly hook: PacketHook })[];
  readonly policies: readonly PolicyRecord[];
  readonly literals: readonly LiteralRecord[];
  readonly negs: readonly NegRecord[];
}

/** The state before the first generation. */
export function emptyManifest(core: string, abi: number): GenerationManifest {
  return {
    schema: 1,
    number: 0,
    createdAt: new Date(0).toISOString(),
    core,
    abi,
    slot: 0,
    bank: 0,
    instrument: NO_INSTRUMENT,
    signature: "",
    sets: [],
    modules: [],
    emitters: [],
    ports: [],
    groups: [],
    tables: [],
    steps: [],
    policies: [],
    literals: [],
    negs: [],
  };
}
