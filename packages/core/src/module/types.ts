import type { Json, ParamDescriptor } from "../params/types.js";
import type { ValueField } from "../values/types.js";

/** Where a program runs. */
export type Hook = "xdp" | "tc-ingress" | "tc-egress";

/** Every packet hook. */
export const HOOKS = ["xdp", "tc-ingress", "tc-egress"] as const satisfies readonly Hook[];

export type ModuleKind = "actor" | "selector";

/** What a module may do to packets. */
export const POWERS = ["drop", "redirect", "change-header", "change-length", "read-keys", "inject"] as const;
export type Power = (typeof POWERS)[number];

/** How the user names the two ends of a pair. */
export type Ends = "address" | "port" | "endpoint";

/** A parameter of an actor with its place in the parameter struct. */
export interface ManifestParam extends ParamDescriptor {
  readonly name: string;
  /** Byte offset in the struct. */
  readonly offset: number;
  /** Bytes in the struct. */
  readonly size: number;
}

/** A field of a selector's key struct. Bytes are as on the wire for addresses and ports, little-endian otherwise. */
export interface KeyField {
  /** Name of the member in the key struct. */
  readonly param: string;
  readonly kind: ParamDescriptor["kind"];
  /** Which end of the packet it describes; null for a field that is a parameter of its own. */
  readonly end: "src" | "dst" | null;
  /** [offset, size] in the key struct of IPv4 packets; null when that family has no such field. */
  readonly v4: readonly [number, number] | null;
  readonly v6: readonly [number, number] | null;
  /** The parameter's own description, for fields without an end. */
  readonly descriptor?: ParamDescriptor;
}

export interface ManifestKey {
  /** Size of the key struct in bytes for IPv4 (and for packets that are not IP); 0 for a selector that only hits or misses. */
  readonly v4: number;
  readonly v6: number;
  readonly ends: Ends | null;
  readonly fields: readonly KeyField[];
}

/** A map of a module. */
export interface ManifestMap {
  readonly name: string;
  readonly type: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly scope: "module" | "policy" | "step";
  readonly shared: boolean;
}

/** An event that a module reports (EMPTCP_EVENT). */
export interface ManifestEvent {
  readonly name: string;
  /** Number of the event in the records of the module. */
  readonly kind: number;
  /** Of the layout; another one whenever the layout changed. */
  readonly version: number;
  /** Bytes of the payload. */
  readonly size: number;
  /** Members of the payload; one called `value` when it is no struct. */
  readonly fields: readonly (ValueField & { readonly size: number })[];
}

/** A packet-scoped field handed from one module of a chain to a later one. */
export interface FieldSpec {
  readonly name: string;
  /** Bytes: 1, 2, 4 or 8. */
  readonly size: number;
}

export interface ManifestObject {
  /** Name of a file beside the manifest. */
  readonly file: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** What a module package says about itself; data only. */
export interface Manifest {
  readonly schema: 1;
  /** npm package name. */
  readonly name: string;
  readonly version: string;
  readonly kind: ModuleKind;
  /** Module name: kebab-case, at most 15 characters in C. */
  readonly module: string;
  /** C name. */
  readonly symbol: string;
  /** Other names by which policies may call it. */
  readonly aliases?: readonly string[];
  readonly abi: number;
  /** semver range of @emptcp/core. */
  readonly core: string;
  readonly description: string;
  readonly hooks: readonly Hook[];
  readonly license: string;
  readonly params: readonly ManifestParam[];
  readonly paramsSize: number;
  /** Selectors only. */
  readonly key?: ManifestKey;
  readonly maps: readonly ManifestMap[];
  readonly events?: readonly ManifestEvent[];
  readonly fields: { readonly provides: readonly FieldSpec[]; readonly requires: readonly FieldSpec[] };
  readonly powers: readonly Power[];
  /** What the module's own reasons to refuse are called, from `EMPTCP_REFUSED_MODULE` on. */
  readonly refusals?: readonly string[];
  /** Uses of its parameters that are refused when policies are checked. */
  readonly refuses?: readonly ParamRule[];
  readonly helpers: readonly string[];
  /** Oldest kernel, `major.minor`. */
  readonly kernel: string;
  readonly objects: Readonly<Partial<Record<Hook, ManifestObject>>>;
}

/** Values of one parameter, written as a user would: these, or all but these. */
export type ParamValues = { readonly is: readonly Json[] } | { readonly not: readonly Json[] };

/** What a module cannot do, or does only when told in as many words: checked before anything is applied. */
export interface ParamRule {
  /** Holds where every parameter named has such a value, given or by default. */
  readonly when: Readonly<Record<string, ParamValues>>;
  /** Hooks that it holds on; absent: all. */
  readonly hooks?: readonly Hook[];
  /** Why it is refused, and what to do instead. */
  readonly because: string;
  readonly instead: string;
}

/** A module found on this machine. */
export interface InstalledModule {
  readonly manifest: Manifest;
  /** Package directory; manifest and objects lie in its `dist`. */
  readonly dir: string;
}
