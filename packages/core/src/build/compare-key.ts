import { keyFieldsOf, type SelectorDefinition } from "../module/define.js";
import type { KeyField, ManifestKey } from "../module/types.js";
import { memberName } from "./compare-params.js";
import type { Layout, ObjectDescription } from "./describe.js";

const EMPTY: Layout = { size: 0, members: [] };

function place(layout: Layout, name: string): [number, number] | null {
  const member = layout.members.find((m) => m.name === memberName(name));
  return member ? [member.offset, member.size] : null;
}

/** Bytes that an end must have in the key of a family. */
function endSize(kind: string, family: 4 | 6): number {
  return kind === "ports" ? 2 : family === 4 ? 4 : 16;
}

/** The key of a selector for the manifest, and everything in which schema and structs disagree. */
export function placeKey(
  definition: SelectorDefinition,
  object: ObjectDescription,
): { key: ManifestKey; differences: string[] } {
  const v4 = object.key ?? EMPTY;
  const v6 = object.key6 ?? v4;
  const differences: string[] = [];
  const fields = keyFieldsOf(definition).map(({ param, kind, end, descriptor }): KeyField => {
    const field: KeyField = {
      param,
      kind,
      end,
      v4: place(v4, param),
      v6: place(v6, param),
      ...(descriptor && { descriptor }),
    };
    if (!field.v4 && !field.v6) differences.push(`key: neither struct has a member ${memberName(param)}`);
    for (const [family, where] of [
      [4, field.v4],
      [6, field.v6],
    ] as const) {
      const size = endSize(kind, family);
      if (end && where && where[1] !== size) {
        differences.push(`key: ${param} of IPv${family} takes ${size} bytes, the member has ${where[1]}`);
      }
    }
    return field;
  });
  const known = new Set(fields.map(({ param }) => memberName(param)));
  for (const { name } of [...v4.members, ...v6.members]) {
    if (!known.has(name) && !/^(pad|reserved)\d*$/.test(name))
      differences.push(`key: member ${name} has no field in src/index.ts`);
    known.add(name);
  }
  return { key: { v4: v4.size, v6: v6.size, ends: definition.ends ?? null, fields }, differences };
}
