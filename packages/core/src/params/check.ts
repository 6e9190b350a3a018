import { problem, type Problem } from "../errors.js";
import { listNames, show, suggest } from "../text.js";
import { kindOf } from "./kinds.js";
import { ParamRefusal, type ParamDescriptor } from "./types.js";

/** What parameters are checked against: a manifest's, or a definition's. */
export interface ParamSchema {
  readonly module: string;
  readonly params: readonly (ParamDescriptor & { readonly name: string })[];
}

/** Parsed values by name; those with defaults included. */
export interface ParsedParams {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
}

/** The problem of one refused value. */
export function refusalProblem(
  module: string,
  param: string,
  refusal: ParamRefusal,
  got: unknown,
  path: string,
): Problem {
  const values = { module, param, expected: refusal.expected, got: show(got) };
  return problem("ERR_EMPTCP_PARAM", path, values, refusal.hint === undefined ? {} : { hint: refusal.hint });
}

/** Reads all parameters and names everything that is wrong with them. */
export function parseParams(schema: ParamSchema, params: Readonly<Record<string, unknown>>): ParsedParams {
  const problems: Problem[] = [];
  const values = new Map<string, unknown>();
  const { module } = schema;
  const known = schema.params.map((p) => p.name);
  for (const name of Object.keys(params)) {
    if (known.includes(name)) continue;
    problems.push(
      problem("ERR_EMPTCP_UNKNOWN_PARAM", name, {
        module,
        param: name,
        known: known.length === 0 ? "no parameters" : listNames(known),
        suggestion: suggest(name, known),
      }),
    );
  }
  for (const descriptor of schema.params) {
    const { name } = descriptor;
    const given = Object.hasOwn(params, name) ? params[name] : undefined;
    const input = given === undefined || given === null ? descriptor.default : given;
    const kind = kindOf(descriptor);
    if (input === undefined) {
      const expected = kind.expected(descriptor);
      problems.push(problem("ERR_EMPTCP_MISSING_PARAM", name, { module, param: name, expected }));
      continue;
    }
    const value = kind.parse(input, descriptor);
    if (value instanceof ParamRefusal) problems.push(refusalProblem(module, name, value, input, name));
    else values.set(name, value);
  }
  return { values, problems };
}

/** Everything wrong with a module's parameters; paths are parameter names. */
export function checkParams(schema: ParamSchema, params: Readonly<Record<string, unknown>>): Problem[] {
  return [...parseParams(schema, params).problems];
}
