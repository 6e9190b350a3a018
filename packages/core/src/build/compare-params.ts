import { paramAlign, paramSize } from "../params/kinds.js";
import type { ParamDescriptor } from "../params/types.js";
import { camelToKebab, kebabToSnake } from "../module/names.js";
import type { ManifestParam } from "../module/types.js";
import type { Layout } from "./describe.js";

/** The name in C of a parameter: `onlyLower` is `only_lower`. */
export function memberName(param: string): string {
  return kebabToSnake(camelToKebab(param));
}

/** A parameter schema laid over a struct: the manifest's entries, and every difference in words. */
export interface Placed {
  readonly params: ManifestParam[];
  readonly differences: string[];
}

/** Finds each parameter's place in `struct params`, and everything in which the two disagree. */
export function placeParams(
  schema: Readonly<Record<string, ParamDescriptor>>,
  layout: Layout | undefined,
): Placed {
  const members = new Map((layout?.members ?? []).map((m) => [m.name, m]));
  const params: ManifestParam[] = [];
  const differences: string[] = [];
  for (const [name, descriptor] of Object.entries(schema)) {
    const member = members.get(memberName(name));
    members.delete(memberName(name));
    const size = paramSize(descriptor);
    const align = paramAlign(descriptor);
    if (!member) {
      differences.push(`parameter ${name}: struct params has no member ${memberName(name)}`);
    } else if (member.size !== size) {
      differences.push(
        `parameter ${name}: ${descriptor.kind} takes ${size} bytes, member ${member.name} has ${member.size}`,
      );
    } else if (member.offset % align !== 0) {
      differences.push(
        `parameter ${name}: member ${member.name} at offset ${member.offset} is not aligned to ${align}`,
      );
    } else {
      params.push({ name, ...descriptor, offset: member.offset, size });
    }
  }
  for (const name of members.keys()) {
    if (!/^(pad|reserved)\d*$/.test(name))
      differences.push(`struct params: member ${name} has no parameter in src/index.ts`);
  }
  return { params, differences };
}
