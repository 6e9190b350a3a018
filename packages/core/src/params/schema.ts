import type { ManifestParam } from "../module/types.js";
import { paramSchema } from "./kinds.js";
import type { Json } from "./types.js";

/** JSON schema of a module's parameters, for editors that check policy files while they are written. */
export function paramsSchema(
  params: readonly Pick<ManifestParam, "name" | "kind" | "description" | "default">[],
): Record<string, Json> {
  return {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(params.map((p) => [p.name, paramSchema(p)])),
    required: params.filter((p) => p.default === undefined).map((p) => p.name),
  };
}
