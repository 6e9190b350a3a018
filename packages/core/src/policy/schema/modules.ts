import type { Manifest } from "../../module/types.js";
import { paramSchema } from "../../params/kinds.js";
import type { ParamDescriptor } from "../../params/types.js";
import { ownFields } from "../parse-match.js";
import { endKeys } from "./ends.js";
import { object, orVariable, type Schema } from "./types.js";

type Named = ParamDescriptor & { readonly name: string };

/** A parameter's value, or a variable; the description stands outside, where editors look for it. */
function valueSchema(descriptor: ParamDescriptor): Schema {
  const { description = "", default: absent, examples, ...value } = paramSchema(descriptor);
  return {
    ...orVariable(value),
    description: describe(descriptor, String(description)),
    ...(absent === undefined ? {} : { default: absent }),
    ...(examples === undefined ? {} : { examples }),
  };
}

function describe(descriptor: ParamDescriptor, description: string): string {
  const unit = descriptor.unit === undefined ? "" : ` Unit: ${descriptor.unit}.`;
  const absent = descriptor.default === undefined ? "" : ` Default: ${JSON.stringify(descriptor.default)}.`;
  return `${description}${unit}${absent}`;
}

function paramsOf(manifest: Manifest): readonly Named[] {
  if (manifest.kind === "actor") return manifest.params;
  return ownFields(manifest).map((f) => ({ ...f.descriptor, name: f.field.param }));
}

const requiredOf = (params: readonly Named[]): string[] =>
  params.filter((p) => p.default === undefined).map((p) => p.name);

/** Whether a module can be named without parameters. */
export function needsNothing(manifest: Manifest): boolean {
  return requiredOf(paramsOf(manifest)).length === 0 && !manifest.key?.ends;
}

/** What stands behind a module's name. */
export function useSchema(manifest: Manifest): Schema {
  const params = paramsOf(manifest);
  const ends = manifest.key?.ends ? endKeys(manifest.key.ends) : undefined;
  const own = Object.fromEntries(params.map((p) => [p.name, valueSchema(p)]));
  const use = object({ ...ends?.properties, ...own }, requiredOf(params), ends?.rules);
  const doc = { description: `${manifest.description} (${manifest.name} ${manifest.version})` };
  // `- record:` without anything behind it is YAML for null.
  return needsNothing(manifest) ? { ...use, ...doc, type: ["object", "null"] } : { ...use, ...doc };
}

/** All names by which a policy may call a module, its own first. */
export function namesOf({ module, name, aliases = [] }: Manifest): readonly string[] {
  return [module, name, ...aliases];
}
