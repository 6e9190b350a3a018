import type { Ends } from "../../module/types.js";
import { PORTS, PREFIX4, PREFIX6, whole } from "../../params/patterns.js";
import { expectedEnd } from "../end-values.js";
import { object, orVariable, ref, type Schema } from "./types.js";

/** One or several of something. */
const oneOrMore = (one: Schema): readonly Schema[] => [one, { type: "array", items: one, minItems: 1 }];

const address = (): readonly Schema[] => [
  { const: "*" },
  ...oneOrMore(orVariable({ type: "string", pattern: whole(PREFIX4, PREFIX6) })),
];

const port = (): readonly Schema[] => [
  { const: "*" },
  ...oneOrMore(
    orVariable({ type: "integer", minimum: 0, maximum: 65535 }, { type: "string", pattern: whole(PORTS) }),
  ),
];

function endpoint(): readonly Schema[] {
  const place = `(?:${PREFIX4}|\\*|\\[(?:${PREFIX6}|${PREFIX4}|\\*)\\])`;
  const parts = { address: orVariable(...address()), port: orVariable(...port()) };
  const some = { anyOf: [{ required: ["address"] }, { required: ["port"] }] };
  return oneOrMore(
    orVariable({ type: "string", pattern: `^${place}:(?:\\*|${PORTS})$` }, object(parts, [], some)),
  );
}

/** What one end of a pair may be, by what a selector's ends are. */
export function endDefinitions(): Readonly<Record<string, Schema>> {
  const all: Readonly<Record<Ends, readonly Schema[]>> = {
    address: address(),
    port: port(),
    endpoint: endpoint(),
  };
  return Object.fromEntries(
    (Object.keys(all) as Ends[]).map((ends) => [
      `end-${ends}`,
      { ...orVariable(...all[ends]), description: expectedEnd(ends) },
    ]),
  );
}

const PAIRS = [["src", "dst"], ["local", "remote"], ["between"]] as const;
const MEANING: Readonly<Record<string, string>> = {
  src: "Source of the packet.",
  dst: "Destination of the packet.",
  local: "The end of the pair that is this host.",
  remote: "The end of the pair that is not this host.",
  between: "Two ends, in any direction.",
};

/** The keys of a match on a pair, and that one way to name the ends is used and not two. */
export function endKeys(ends: Ends): {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly rules: Schema;
} {
  const end = ref(`end-${ends}`);
  const properties = Object.fromEntries(
    PAIRS.flat().map((name): [string, Schema] => {
      const pair = { type: "array", items: end, minItems: 2, maxItems: 2 };
      const schema = name === "between" ? pair : { allOf: [end] };
      return [name, { ...schema, description: `${MEANING[name] ?? ""} Takes ${expectedEnd(ends)}.` }];
    }),
  );
  const dependencies = Object.fromEntries(
    PAIRS.flatMap((pair) => {
      const others = PAIRS.filter((p) => p !== pair).flat();
      return pair.map((name) => [name, { not: { anyOf: others.map((o) => ({ required: [o] })) } }]);
    }),
  );
  const given = PAIRS.flat().map((name) => ({ required: [name] }));
  return { properties, rules: { anyOf: given, dependencies } };
}
