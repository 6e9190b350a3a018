import { meetFamily } from "./piece-algebra.js";
import { shapeKey } from "./shape.js";
import type { Conjunct, Piece } from "./types.js";

/** Conjuncts of one shape, found by what another shape has in common with it. */
interface Bucket<T> {
  readonly sample: Conjunct;
  readonly members: { readonly conjunct: Conjunct; readonly owner: T }[];
  /** By the other shape: values under the common masks. */
  readonly projections: Map<string, Map<string, T[]>>;
}

/** What the masks of two pieces have in common, and the value of the first one there. */
function common(piece: Piece, other: Piece): string {
  const size = Math.min(piece.mask.length, other.mask.length);
  const value = Buffer.alloc(size);
  for (let i = 0; i < size; i++) {
    value[i] = (piece.value[i] ?? 0) & (piece.mask[i] ?? 0) & (other.mask[i] ?? 0);
  }
  return value.toString("hex");
}

/** The values of a conjunct as far as conjuncts of another shape look at them. */
function project(conjunct: Conjunct, other: Conjunct): string {
  return conjunct.pieces
    .flatMap((p) => {
      const o = other.pieces.find((q) => q.selector === p.selector);
      return o ? [`${p.selector}=${common(p, o)}`] : [];
    })
    .join("+");
}

/** Finds conjuncts whose pieces do not disagree, without looking at all of them. */
export class OverlapIndex<T> {
  readonly #buckets = new Map<string, Bucket<T>>();

  add(conjunct: Conjunct, owner: T): void {
    const key = shapeKey(conjunct.family, conjunct.pieces);
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = { sample: conjunct, members: [], projections: new Map() };
      this.#buckets.set(key, bucket);
    }
    bucket.members.push({ conjunct, owner });
    bucket.projections.clear();
  }

  /** Owners of conjuncts that some packet may fit together with this one; negatives are not looked at. */
  *meeting(conjunct: Conjunct): Generator<T> {
    const shape = shapeKey(conjunct.family, conjunct.pieces);
    for (const bucket of this.#buckets.values()) {
      if (meetFamily(bucket.sample.family, conjunct.family) === undefined) continue;
      let byValue = bucket.projections.get(shape);
      if (!byValue) {
        byValue = new Map<string, T[]>();
        for (const { conjunct: member, owner } of bucket.members) {
          const value = project(member, conjunct);
          const owners = byValue.get(value);
          if (!owners) byValue.set(value, [owner]);
          else owners.push(owner);
        }
        bucket.projections.set(shape, byValue);
      }
      yield* byValue.get(project(conjunct, bucket.sample)) ?? [];
    }
  }
}
