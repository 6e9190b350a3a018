import { show } from "../text.js";
import { isObject, join, type JsonObject, type Reader } from "./reader.js";
import type { Condition, Params } from "./types.js";

const DEPTH = 32;
const MODULE = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]{0,99}$/;

interface ModuleUse {
  readonly module: string;
  readonly params: Params;
  readonly root?: string;
}

function isPlainData(input: unknown, depth = 0): boolean {
  if (input === null || ["string", "boolean"].includes(typeof input)) return true;
  if (typeof input === "number") return Number.isFinite(input);
  if (typeof input !== "object" || depth > DEPTH) return false;
  return Object.values(input).every((v) => v === undefined || isPlainData(v, depth + 1));
}

function use(r: Reader, module: unknown, params: unknown, path: string): ModuleUse | undefined {
  if (typeof module !== "string" || !MODULE.test(module)) {
    return r.expected(path, "the name of a module", module);
  }
  const given = params ?? {};
  if (!isObject(given) || !isPlainData(given)) {
    return r.expected(join(path, module), "an object of parameters", params);
  }
  return { module, params: given as Params };
}

/** Reads a step or a match: `"record"`, `{ "set-window": { window: 1 } }` or the full form. */
export function readModuleUse(
  r: Reader,
  input: unknown,
  path: string,
  kind: "step" | "match",
): ModuleUse | undefined {
  if (typeof input === "string") return use(r, input, {}, path);
  if (!isObject(input)) {
    return r.expected(path, `a ${kind} such as "name" or { "name": { … } }`, input);
  }
  if (input["kind"] !== undefined && input["module"] !== undefined) {
    r.word(input["kind"], join(path, "kind"), [kind], kind);
    r.object(input, path, ["kind", "module", "params", "root"]);
    const full = use(r, input["module"], input["params"], path);
    const root = input["root"];
    return full && typeof root === "string" ? { ...full, root } : full;
  }
  const names = Object.keys(input).filter((name) => input[name] !== undefined);
  const [name] = names;
  if (names.length !== 1 || name === undefined) {
    const fix = kind === "match" ? "; write all: [ … ] around several" : "; write a list item for each";
    return r.expected(path, `one module${fix}`, names);
  }
  return use(r, name, input[name], path);
}

function readMany(r: Reader, kind: "all" | "any", input: unknown, path: string, depth: number): Condition {
  const parts = r
    .list(input, path, "a list of conditions")
    .flatMap((item, i) => readCondition(r, item, `${path}[${i}]`, depth + 1) ?? []);
  return { kind, of: parts };
}

function connective(input: JsonObject): { kind: "all" | "any" | "not"; of: unknown } | undefined {
  const words = ["all", "any", "not"] as const;
  const full = words.find((w) => input["kind"] === w);
  if (full && Object.keys(input).every((k) => k === "kind" || k === "of"))
    return { kind: full, of: input["of"] };
  // `{ any: {} }` is the selector of that name.
  const short = words.find((w) => input[w] !== undefined && (w !== "any" || !isObject(input[w])));
  return short && Object.keys(input).length === 1 ? { kind: short, of: input[short] } : undefined;
}

/** Reads a condition: a match, or `all`, `any` (lists), `not` (one condition). */
export function readCondition(r: Reader, input: unknown, path: string, depth = 0): Condition | undefined {
  if (input === undefined || input === null) {
    return r.expected(path, "a condition; all: [] matches every packet", input);
  }
  if (depth > DEPTH)
    return r.expected(path, `conditions nested at most ${DEPTH} deep`, show(input).slice(0, 20));
  const found = isObject(input) ? connective(input) : undefined;
  if (!found) {
    const match = readModuleUse(r, input, path, "match");
    return match && { kind: "match", ...match };
  }
  const at = join(path, found.kind);
  if (found.kind !== "not") return readMany(r, found.kind, found.of, at, depth);
  const part = readCondition(r, found.of, at, depth + 1);
  return part && { kind: "not", of: part };
}
