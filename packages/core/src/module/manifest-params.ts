import { boundsOf, toInteger } from "../params/numbers.js";
import { kindOf, paramAlign, paramSize } from "../params/kinds.js";
import { PARAM_KINDS, ParamRefusal, type ParamDescriptor } from "../params/types.js";
import type { Rules } from "./manifest-rules.js";
import type { Manifest } from "./types.js";

const DESCRIPTOR_KEYS = [
  "kind",
  "description",
  "default",
  "min",
  "max",
  "unit",
  "mutable",
  "family",
  "values",
  "bits",
  "of",
  "length",
] as const;
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/;
const MOST_PARAMS = 64;

/** Checks an enum whose numbers are bits. */
function checkBits(r: Rules, at: string, d: Readonly<Record<string, unknown>>): void {
  const numbers = Object.values((d["values"] ?? {}) as Readonly<Record<string, unknown>>);
  const single = numbers.every((n) => typeof n === "number" && n > 0 && (n & (n - 1)) === 0);
  const fine = d["kind"] === "enum" && d["bits"] === true && single;
  r.check(`${at}.bits`, fine, "true, in an enum whose numbers are powers of 2", d["bits"]);
}

function checkValues(r: Rules, at: string, input: unknown): void {
  const values = input as Readonly<Record<string, unknown>> | undefined;
  const entries = typeof values === "object" && values !== null ? Object.entries(values) : [];
  const fine = entries.every(
    ([name, n]) =>
      /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/.test(name) &&
      toInteger(n) !== undefined &&
      (n as number) >= 0 &&
      (n as number) <= 0xffffffff,
  );
  r.check(`${at}.values`, entries.length > 0 && fine, "names with numbers", input);
}

/** Checks one description; everything it needs to be used safely. */
export function checkDescriptor(
  r: Rules,
  at: string,
  d: Readonly<Record<string, unknown>>,
  nested = false,
): void {
  const before = r.problems.length;
  r.oneOf(`${at}.kind`, d["kind"], PARAM_KINDS);
  r.text(`${at}.description`, d["description"], 1000);
  for (const bound of ["min", "max"]) {
    const ok =
      d[bound] === undefined ||
      typeof d[bound] === "number" ||
      (typeof d[bound] === "string" && /^[\w.µ/ ]{1,40}$/.test(d[bound]));
    r.check(`${at}.${bound}`, ok, "a number, or text with a unit", d[bound]);
  }
  if (d["unit"] !== undefined) r.text(`${at}.unit`, d["unit"], 100);
  r.check(
    `${at}.mutable`,
    d["mutable"] === undefined || typeof d["mutable"] === "boolean",
    "true or false",
    d["mutable"],
  );
  r.check(
    `${at}.family`,
    d["family"] === undefined || d["family"] === 4 || d["family"] === 6,
    "4 or 6",
    d["family"],
  );
  if (d["length"] !== undefined) r.integer(`${at}.length`, d["length"], 1, 128);
  if (d["kind"] === "enum") checkValues(r, at, d["values"]);
  if (d["bits"] !== undefined) checkBits(r, at, d);
  if (d["kind"] === "list") {
    const of = r.check(at, !nested, "no list of lists", d["of"])
      ? r.object(`${at}.of`, d["of"], DESCRIPTOR_KEYS)
      : undefined;
    if (of) checkDescriptor(r, `${at}.of`, of, true);
  }
  if (r.problems.length > before) return;
  const descriptor = d as unknown as ParamDescriptor;
  const integers = ["u8", "u16", "u32", "u64"].includes(descriptor.kind);
  if (integers) {
    const { min, max } = boundsOf(descriptor, (1n << BigInt(8 * paramSize(descriptor))) - 1n);
    r.check(`${at}.min`, min <= max, "a min that is not above max", descriptor.min);
  }
  if (descriptor.default === undefined || nested) return;
  const value = kindOf(descriptor).parse(descriptor.default, descriptor);
  r.check(
    `${at}.default`,
    !(value instanceof ParamRefusal),
    kindOf(descriptor).expected(descriptor),
    descriptor.default,
  );
}

/** Checks the list of parameters without looking at the layout. */
export function checkParamList(r: Rules, input: unknown): void {
  r.each("params", input, MOST_PARAMS, (at, item) => {
    const param = r.object(at, item, [...DESCRIPTOR_KEYS, "name", "offset", "size"]);
    if (!param) return;
    r.text(`${at}.name`, param["name"], 64, NAME);
    r.integer(`${at}.offset`, param["offset"], 0, 0xffff);
    r.integer(`${at}.size`, param["size"], 0, 0xffff);
    checkDescriptor(r, at, param);
  });
  r.unique("params", input, "name");
}

/** Checks that the parameters of an actor lie within its struct, aligned and apart. */
export function checkLayout(r: Rules, manifest: Pick<Manifest, "params">, structSize: number): void {
  let end = 0;
  for (const param of [...manifest.params].sort((a, b) => a.offset - b.offset)) {
    const at = `params.${param.name}`;
    const size = paramSize(param);
    r.check(`${at}.size`, param.size === size, `${size} bytes for ${param.kind}`, param.size);
    const fits = param.offset >= end && param.offset + size <= structSize;
    const aligned = param.offset % paramAlign(param) === 0;
    r.check(`${at}.offset`, fits && aligned, "an aligned place of its own in the struct", param.offset);
    end = param.offset + size;
  }
}
