import { PARAM_KINDS } from "../params/types.js";
import { checkDescriptor } from "./manifest-params.js";
import type { Rules } from "./manifest-rules.js";

const MOST_BYTES = 128;
const MOST_FIELDS = 16;

function checkPlace(r: Rules, at: string, input: unknown, structSize: number | undefined): void {
  if (input === null) return;
  const [offset, size, ...more] = Array.isArray(input) ? (input as unknown[]) : [];
  const numbers = Number.isInteger(offset) && Number.isInteger(size) && more.length === 0;
  const inside =
    numbers &&
    (offset as number) >= 0 &&
    (size as number) > 0 &&
    (offset as number) + (size as number) <= (structSize ?? 0);
  r.check(at, inside, `null or [offset, size] within ${structSize ?? 0} bytes`, input);
}

/** Checks the key of a selector. */
export function checkKey(r: Rules, input: unknown): void {
  const key = r.object("key", input, ["v4", "v6", "ends", "fields"]);
  if (!key) return;
  const v4 = r.integer("key.v4", key["v4"], 0, MOST_BYTES);
  const v6 = r.integer("key.v6", key["v6"], 0, MOST_BYTES);
  const { ends } = key;
  r.check(
    "key.ends",
    ends === null || ["address", "port", "endpoint"].includes(ends as string),
    "address, port, endpoint or null",
    ends,
  );
  r.each("key.fields", key["fields"], MOST_FIELDS, (at, item) => {
    const field = r.object(at, item, ["param", "kind", "end", "v4", "v6", "descriptor"]);
    if (!field) return;
    r.text(`${at}.param`, field["param"], 64, /^[a-zA-Z_][a-zA-Z0-9_]*$/);
    r.oneOf(`${at}.kind`, field["kind"], PARAM_KINDS);
    const isEnd = field["end"] === "src" || field["end"] === "dst";
    r.check(`${at}.end`, field["end"] === null || (isEnd && ends !== null), "src, dst or null", field["end"]);
    checkPlace(r, `${at}.v4`, field["v4"], v4);
    checkPlace(r, `${at}.v6`, field["v6"], v6);
    if (field["descriptor"] === undefined) return;
    const d = field["descriptor"];
    if (r.check(`${at}.descriptor`, typeof d === "object" && d !== null, "an object", d)) {
      checkDescriptor(r, `${at}.descriptor`, d as Readonly<Record<string, unknown>>);
    }
  });
  r.unique("key.fields", key["fields"], "param");
}
