import { fileURLToPath } from "node:url";
import type { AnyParam, InputOfAll } from "../params/factories.js";
import type { Json, ParamDescriptor } from "../params/types.js";
import type { Match, Params, Step } from "../policy/types.js";
import type { EndsInput } from "./ends.js";
import type { Ends, FieldSpec, Hook, ManifestMap, ParamRule, Power } from "./types.js";

/** What actors and selectors both say about themselves. */
export interface ModuleDefinition {
  /** Directory of the package: `new URL("..", import.meta.url)`. Name, version and license come from its package.json. */
  readonly root: URL;
  /** Module name, kebab-case. */
  readonly module: string;
  /** C name of the body, at most 15 characters. */
  readonly symbol: string;
  readonly description: string;
  readonly hooks: readonly Hook[];
  readonly params?: Readonly<Record<string, AnyParam>>;
  /** Maps that need more said than BTF says: scope, shared. By map name. */
  readonly maps?: Readonly<Record<string, Partial<Pick<ManifestMap, "scope" | "shared">>>>;
  readonly fields?: { readonly provides?: readonly FieldSpec[]; readonly requires?: readonly FieldSpec[] };
  /** Names that people know it by from elsewhere or from before; policies may use them, and are told the name of today. */
  readonly aliases?: readonly string[];
  /** Oldest kernel, `major.minor`; what core needs unless given. */
  readonly kernel?: string;
}

export interface ActorDefinition extends ModuleDefinition {
  /** What it may do to packets; the build checks that the object does no more. */
  readonly powers: readonly Power[];
  /** Names of its own reasons to refuse, `EMPTCP_REFUSED_MODULE` first, as `emptcp stats` shows them. */
  readonly refusals?: readonly string[];
  /** Uses of its parameters that `plan` and `apply` refuse: on a hook that cannot do it, or unless it is forced. */
  readonly refuses?: readonly ParamRule[];
}

export interface SelectorDefinition extends ModuleDefinition {
  /** The user names the two ends of a pair. */
  readonly ends?: Ends;
}

type NoParams = Record<never, never>;
type ParamsOf<D extends ModuleDefinition> =
  D["params"] extends Readonly<Record<string, AnyParam>> ? D["params"] : NoParams;
/** Optional when nothing in it is required; nothing at all when there is nothing to say. */
type Argument<T> = [keyof T] extends [never]
  ? [params?: Readonly<Record<string, never>>]
  : NoParams extends T
    ? [params?: T]
    : [params: T];
type EndsOf<D extends SelectorDefinition> = D["ends"] extends Ends ? EndsInput<D["ends"]> : unknown;

/** Makes steps of one actor. */
export interface Actor<D extends ActorDefinition = ActorDefinition> {
  (...params: Argument<InputOfAll<ParamsOf<D>>>): Step;
  readonly kind: "actor";
  readonly definition: D;
}

/** Makes matches of one selector. */
export interface Selector<D extends SelectorDefinition = SelectorDefinition> {
  (...params: Argument<InputOfAll<ParamsOf<D>> & EndsOf<D>>): Match;
  readonly kind: "selector";
  readonly definition: D;
}

/** Keeps what the user wrote as plain JSON: bigints become decimal text, absent values disappear. */
function plainParams(params: object | undefined): Params {
  const text = JSON.stringify(params ?? {}, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v));
  return JSON.parse(text) as Record<string, Json>;
}

/**
 * Describes an actor.
 *
 * @example
 * export const setWindow = defineActor({ root: new URL("..", import.meta.url), module: "set-window", … });
 * policy("slow", { when: port({ remote: 443 }), chain: [setWindow({ window: 1000 })] });
 */
export function defineActor<const D extends ActorDefinition>(definition: D): Actor<D> {
  const root = fileURLToPath(definition.root);
  const make = (params?: object): Step => ({
    kind: "step",
    module: definition.module,
    params: plainParams(params),
    root,
  });
  return Object.assign(make, { kind: "actor" as const, definition }) as Actor<D>;
}

/** Describes a selector; with `ends` the user says `{ src, dst }`, `{ local, remote }` or `{ between: [a, b] }`. */
export function defineSelector<const D extends SelectorDefinition>(definition: D): Selector<D> {
  const root = fileURLToPath(definition.root);
  const make = (params?: object): Match => ({
    kind: "match",
    module: definition.module,
    params: plainParams(params),
    root,
  });
  return Object.assign(make, { kind: "selector" as const, definition }) as Selector<D>;
}

/** A member that a selector's key struct must have. */
export interface KeyMember {
  readonly param: string;
  readonly kind: ParamDescriptor["kind"];
  readonly end: "src" | "dst" | null;
  readonly descriptor?: ParamDescriptor;
}

/** The members of a selector's key struct: those of its ends, then one for each parameter. */
export function keyFieldsOf(definition: SelectorDefinition): KeyMember[] {
  const { ends } = definition;
  const addresses: KeyMember[] = [
    { param: "src", kind: "prefix", end: "src" },
    { param: "dst", kind: "prefix", end: "dst" },
  ];
  const ports: KeyMember[] = [
    { param: "sport", kind: "ports", end: "src" },
    { param: "dport", kind: "ports", end: "dst" },
  ];
  const own = Object.entries(definition.params ?? {}).map(([param, descriptor]): KeyMember => {
    const plain = descriptor as ParamDescriptor;
    return { param, kind: plain.kind, end: null, descriptor: plain };
  });
  return [
    ...(ends === "address" || ends === "endpoint" ? addresses : []),
    ...(ends === "port" || ends === "endpoint" ? ports : []),
    ...own,
  ];
}
