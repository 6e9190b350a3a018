import { problem, type Problem } from "../errors.js";
import { END_NAMES } from "../module/ends.js";
import type { Hook, KeyField, Manifest } from "../module/types.js";
import { parseParams, refusalProblem } from "../params/check.js";
import { ParamRefusal, type ParamDescriptor } from "../params/types.js";
import { expectedEnd, parseEnd, type EndSpec } from "./end-values.js";
import type { Params } from "./types.js";

/** Both ends as a packet shows them: any of `src` and any of `dst`. */
export interface Direction {
  readonly src: readonly EndSpec[];
  readonly dst: readonly EndSpec[];
}

/** A key field that is a parameter of its own, with its description. */
export interface OwnField {
  readonly field: KeyField;
  readonly descriptor: ParamDescriptor;
}

/** What a match says, read and resolved for one hook. */
export interface ParsedMatch {
  /** Any of these; undefined when the selector has no ends. */
  readonly directions?: readonly Direction[];
  /** Parsed values of the other key fields. */
  readonly values: ReadonlyMap<string, unknown>;
}

const ANY_END: readonly EndSpec[] = [{}];

/** The key fields of a selector that are parameters of their own. */
export function ownFields(manifest: Manifest): OwnField[] {
  return (manifest.key?.fields ?? [])
    .filter((f) => f.end === null)
    .flatMap((field) => {
      const descriptor = field.descriptor ?? manifest.params.find((p) => p.name === field.param);
      return descriptor ? [{ field, descriptor }] : [];
    });
}

/** Packets that come in have this host as their destination. */
export function localEnd(hook: Hook): "src" | "dst" {
  return hook === "tc-egress" ? "src" : "dst";
}

function endsProblem(manifest: Manifest, given: readonly string[]): Problem {
  const ends = manifest.key?.ends ?? "address";
  return problem("ERR_EMPTCP_PARAM", "", {
    module: manifest.module,
    param: "ends",
    expected: `src and dst, or local and remote, or between: [a, b], each ${expectedEnd(ends)}`,
    got: given.length === 0 ? "none of them" : given.join(", "),
  });
}

/**
 * Reads a match's parameters, everything wrong with them at once.
 *
 * @param manifest the selector's
 * @param hook decides which end is local
 */
export function parseMatch(
  manifest: Manifest,
  params: Params,
  hook: Hook,
): { readonly match?: ParsedMatch; readonly problems: readonly Problem[] } {
  const ends = manifest.key?.ends ?? null;
  const own = {
    module: manifest.module,
    params: ownFields(manifest).map((f) => ({ ...f.descriptor, name: f.field.param })),
  };
  if (ends === null) {
    const { values, problems } = parseParams(own, params);
    return problems.length > 0 ? { problems } : { match: { values }, problems };
  }
  const rest: Record<string, unknown> = {};
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    const isEnd = (END_NAMES as readonly string[]).includes(name);
    if (value !== undefined && value !== null) (isEnd ? given : rest)[name] = value;
  }
  const { values, problems: wrong } = parseParams(own, rest);
  const problems = wrong.map((p) =>
    p.code === "ERR_EMPTCP_UNKNOWN_PARAM" ? { ...p, hint: `ends are ${END_NAMES.join(", ")}` } : p,
  );
  const read = (name: string, input: unknown): readonly EndSpec[] => {
    if (input === undefined) return ANY_END;
    const end = parseEnd(input, ends);
    if (!(end instanceof ParamRefusal)) return end;
    problems.push(refusalProblem(manifest.module, name, end, input, name));
    return ANY_END;
  };
  const names = Object.keys(given);
  const only = (...allowed: string[]): boolean => names.length > 0 && names.every((n) => allowed.includes(n));
  let directions: Direction[] = [];
  if (only("src", "dst")) {
    directions = [{ src: read("src", given["src"]), dst: read("dst", given["dst"]) }];
  } else if (only("local", "remote")) {
    const local = read("local", given["local"]);
    const remote = read("remote", given["remote"]);
    directions = [localEnd(hook) === "src" ? { src: local, dst: remote } : { src: remote, dst: local }];
  } else if (only("between") && Array.isArray(given["between"]) && given["between"].length === 2) {
    const [first, second] = given["between"] as [unknown, unknown];
    const a = read("between[0]", first);
    const b = read("between[1]", second);
    directions = [
      { src: a, dst: b },
      { src: b, dst: a },
    ];
  } else {
    problems.push(endsProblem(manifest, names));
  }
  return problems.length > 0 ? { problems } : { match: { directions, values }, problems };
}
