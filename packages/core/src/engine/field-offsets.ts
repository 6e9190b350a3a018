import { fail } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { FieldSpec } from "../module/types.js";

/** Bytes for fields in the chain state; the upper half is taken where packets carry a stamp. */
const SPACE = 8;
const STAMPED_SPACE = 4;

/** Name in C of the constant that says where a field lies. */
export const fieldConstant = (name: string): string => `emptcp_field_${name.replaceAll("-", "_")}`;

const keyOf = ({ name, size }: FieldSpec): string => `${name}:${size}`;

/** Where the fields of all chains lie in the chain state. */
export class FieldOffsets {
  readonly #offsets = new Map<string, number>();

  /**
   * Programs are shared between chains, so a field has one place in all of them; fields that never meet in a
   * chain share places. Large ones come first.
   *
   * @param chains the packages of the steps of each chain
   * @throws ERR_EMPTCP_FIELD_SPACE when they cannot be placed
   */
  constructor(chains: readonly (readonly string[])[], catalog: ModuleCatalog, stamped: boolean) {
    const space = stamped ? STAMPED_SPACE : SPACE;
    const fields = new Map<string, FieldSpec>();
    const neighbours = new Map<string, Set<string>>();
    for (const chain of chains) {
      const own = chain.flatMap((name) => fieldsOf(catalog, name));
      for (const field of own) {
        fields.set(keyOf(field), field);
        const set = neighbours.get(keyOf(field)) ?? new Set();
        for (const other of own) if (keyOf(other) !== keyOf(field)) set.add(keyOf(other));
        neighbours.set(keyOf(field), set);
      }
    }
    const order = [...fields.values()].sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
    for (const field of order) {
      const taken = [...(neighbours.get(keyOf(field)) ?? [])].flatMap((key) => {
        const at = this.#offsets.get(key);
        return at === undefined ? [] : [[at, at + (fields.get(key)?.size ?? 0)] as const];
      });
      let at = 0;
      const clashes = (): boolean => taken.some(([from, to]) => at < to && from < at + field.size);
      while (at + field.size <= space && clashes()) at += field.size;
      if (at + field.size > space) {
        const size = order.reduce((sum, f) => sum + f.size, 0);
        fail("ERR_EMPTCP_FIELD_SPACE", {
          policy: "all of them",
          size,
          limit: space,
          fields: order.map((f) => f.name),
        });
      }
      this.#offsets.set(keyOf(field), at);
    }
  }

  /** The constants of a module: name in C, and offset in bytes. */
  constants(catalog: ModuleCatalog, name: string): [constant: string, offset: number][] {
    return fieldsOf(catalog, name).map((f) => [fieldConstant(f.name), this.#offsets.get(keyOf(f)) ?? 0]);
  }

  /** Equal texts mean equal places. */
  toJSON(): unknown {
    return [...this.#offsets];
  }
}

function fieldsOf(catalog: ModuleCatalog, name: string): readonly FieldSpec[] {
  const fields = catalog.get(name)?.manifest.fields;
  return fields ? [...fields.provides, ...fields.requires] : [];
}
