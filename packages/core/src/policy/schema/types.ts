import type { Json } from "../../params/types.js";

/** A JSON schema, draft 7. */
export type Schema = Readonly<Record<string, Json>>;

/** Refers to a definition of the same document. */
export const ref = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

/** Any of these, or a text with a variable in it. */
export const orVariable = (...schemas: readonly Schema[]): Schema => ({
  anyOf: [...schemas, ref("variable")],
});

/** An object with these keys and no others. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  rest: Schema = {},
): Schema {
  return { type: "object", additionalProperties: false, properties, required, ...rest };
}
