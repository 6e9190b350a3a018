import { shapeKey, valueKey } from "./shape.js";
import { project, widerShape } from "./simplify.js";
import type { Conjunct } from "./types.js";

interface Bucket<T> {
  /** Any conjunct of the shape. */
  readonly sample: Conjunct;
  readonly byValue: Map<string, T[]>;
}

/** Finds conjuncts that may cover another one without looking at all of them: by shape, then by value. */
export class ConjunctIndex<T> {
  readonly #shapes = new Map<string, Bucket<T>>();

  add(conjunct: Conjunct, owner: T): void {
    const key = shapeKey(conjunct.family, conjunct.pieces);
    const shape = this.#shapes.get(key) ?? { sample: conjunct, byValue: new Map<string, T[]>() };
    this.#shapes.set(key, shape);
    const value = valueKey(conjunct.pieces);
    const owners = shape.byValue.get(value);
    if (!owners) shape.byValue.set(value, [owner]);
    else if (owners.at(-1) !== owner) owners.push(owner);
  }

  /** Owners of conjuncts whose pieces cover those of `narrow`; negatives are not looked at. */
  covering(narrow: Conjunct): Set<T> {
    const found = new Set<T>();
    for (const { sample, byValue } of this.#shapes.values()) {
      if (!widerShape(sample, narrow)) continue;
      for (const owner of byValue.get(project(narrow, sample)) ?? []) found.add(owner);
    }
    return found;
  }
}
