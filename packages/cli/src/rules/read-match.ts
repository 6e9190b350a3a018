import {
  emptcpError,
  parseCondition,
  type Condition,
  type Match,
  type ModuleCatalog,
  type Policy,
} from "@emptcp/core";
import { parse } from "yaml";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Selectors that a condition uses, each once. */
function selectorsOf(condition: Condition): string[] {
  if (condition.kind === "match") return [condition.module];
  const parts = condition.kind === "not" ? [condition.of] : condition.of;
  return [...new Set(parts.flatMap(selectorsOf))];
}

/** True for `src: 10.0.0.1`: fields without the name of their selector. */
function isShort(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const fields = Object.entries(value).filter(([name]) => !["all", "any", "not", "kind"].includes(name));
  return (
    fields.length > 0 && fields.length === Object.keys(value).length && fields.every(([, v]) => !isFields(v))
  );
}

/** Fields for a selector that the short form means: the policy's own, where that has all of them. */
function ownSelector(fields: Fields, policy: Policy, catalog: ModuleCatalog): Match | undefined {
  const [module, ...more] = selectorsOf(policy.when);
  const key = module === undefined || more.length > 0 ? undefined : catalog.get(module)?.manifest.key;
  if (module === undefined || !key) return undefined;
  const known = [
    ...(key.ends === null ? [] : ["src", "dst", "local", "remote", "between"]),
    ...key.fields.filter((f) => f.end === null).map((f) => f.param),
  ];
  if (!Object.keys(fields).every((name) => known.includes(name))) return undefined;
  return { kind: "match", module, params: fields as Match["params"] };
}

/** Each field as a selector with one parameter: `src: 10.0.0.1` is `src: { address: 10.0.0.1 }`. */
function singleSelectors(fields: Fields, catalog: ModuleCatalog): unknown {
  const parts = Object.entries(fields).map(([module, value]) => {
    const key = catalog.candidates(module)[0]?.manifest.key;
    const own = key?.fields.filter((f) => f.end === null) ?? [];
    const only = key?.ends === null && own.length === 1 ? own[0]?.param : undefined;
    return { [module]: only === undefined || value === null ? value : { [only]: value } };
  });
  return parts.length === 1 ? parts[0] : { all: parts };
}

/**
 * Reads what a rule matches, in the words of policy files. `src: 10.0.0.1` without a selector means the policy's own
 * selector, or the selectors of those names.
 *
 * @throws ERR_EMPTCP_MALFORMED, ProblemsError
 */
export function conditionOf(value: unknown, policy: Policy, catalog: ModuleCatalog): Condition {
  if (!isShort(value)) return parseCondition(value, "match");
  return ownSelector(value, policy, catalog) ?? parseCondition(singleSelectors(value, catalog), "match");
}

/** Reads the text of a condition, YAML or JSON. @throws as `conditionOf` */
export function readMatch(text: string, policy: Policy, catalog: ModuleCatalog): Condition {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    const got = `${text}: ${(cause as Error).message.split("\n")[0] ?? ""}`;
    const expected = "a condition as in policy files, such as 'src: 10.0.0.1'";
    throw emptcpError("ERR_EMPTCP_MALFORMED", { what: "match", expected, got }, { cause });
  }
  return conditionOf(value, policy, catalog);
}
