import type { Value, ValueType } from "../../values/index.js";

/** The first member of a type that cannot be added up, as C calls it; undefined when all can. */
export function notAddable(type: ValueType, path = ""): string | undefined {
  switch (type.kind) {
    case "uint":
    case "int":
      return undefined;
    case "array":
      return notAddable(type.of, `${path}[]`);
    case "struct":
      return type.fields
        .map((f) => notAddable(f.type, path === "" ? f.name : `${path}.${f.name}`))
        .find((found) => found !== undefined);
    default:
      return `${path || "the value"} (${type.kind})`;
  }
}

/** Adds values of one type, member by member; sums are as wide as they need to be. */
export function addValues(type: ValueType, values: readonly Value[]): Value {
  switch (type.kind) {
    case "struct":
      return Object.fromEntries(
        type.fields.map(({ name, type: inner }) => [
          name,
          addValues(
            inner,
            values.map((v) => (v as Readonly<Record<string, Value>>)[name] ?? 0),
          ),
        ]),
      );
    case "array":
      return Array.from({ length: type.length }, (_, i) =>
        addValues(
          type.of,
          values.map((v) => (v as readonly Value[])[i] ?? 0),
        ),
      );
    default: {
      const sum = values.reduce<bigint>((total, v) => total + BigInt(v as number | bigint), 0n);
      return typeof values[0] === "bigint" ? sum : Number(sum);
    }
  }
}
