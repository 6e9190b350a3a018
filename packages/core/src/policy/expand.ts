import { createHash } from "node:crypto";
import { fail, problem, ProblemsError } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import type { Hook, Manifest } from "../module/types.js";
import { conditionProblems } from "./check-condition.js";
import { CONDITION_LIMIT, NEGATIVE_LIMIT, WORK_LIMIT } from "./limits.js";
import { parseMatch } from "./parse-match.js";
import {
  alwaysHits,
  disagree,
  intersect,
  meetFamily,
  neverHits,
  pieceText,
  resize,
} from "./piece-algebra.js";
import { keySize, matchPieces } from "./pieces.js";
import { removeCovered, simplifyPieces, sortByText } from "./simplify.js";
import type { Condition, Conjunct, Family, Literal, Match, Piece } from "./types.js";

/** Where the manifests of selectors come from. */
export type Selectors = Pick<ModuleCatalog, "get">;

const EVERYTHING: Conjunct = { family: 0, pieces: [], negatives: [] };
const ID_LENGTH = 160;

/** Canonical name of a set of pieces; long ones are cut to a digest. */
function literalId(module: string, pieces: readonly Piece[]): string {
  const text = pieces.map(pieceText).join("|");
  if (text.length <= ID_LENGTH) return text;
  return `${module} sha256:${createHash("sha256").update(text).digest("hex")}`;
}

class Expander {
  constructor(
    readonly hook: Hook,
    readonly catalog: Selectors,
  ) {}

  expand(condition: Condition, negated: boolean): readonly Conjunct[] {
    switch (condition.kind) {
      case "match":
        return this.#match(condition, negated);
      case "not":
        return this.expand(condition.of, !negated);
      case "all":
      case "any": {
        const parts = condition.of.map((c) => this.expand(c, negated));
        // De Morgan: a negated `all` is any of its negated parts.
        return (condition.kind === "all") !== negated ? this.#all(parts) : this.#any(parts);
      }
    }
  }

  #match(match: Match, negated: boolean): Conjunct[] {
    const manifest = this.manifest(match.module);
    const parsed = parseMatch(manifest, match.params, this.hook);
    if (!parsed.match) throw new ProblemsError(parsed.problems);
    const pieces = simplifyPieces(matchPieces(manifest, parsed.match));
    if (!negated) return pieces.map((p) => ({ family: p.family, pieces: [p], negatives: [] }));
    if (pieces.length === 0) return [EVERYTHING];
    const literal: Literal = { id: literalId(match.module, pieces), pieces };
    return [{ family: 0, pieces: [], negatives: [literal] }];
  }

  #any(parts: readonly (readonly Conjunct[])[]): readonly Conjunct[] {
    return removeCovered(limited(parts.flat()));
  }

  #all(parts: readonly (readonly Conjunct[])[]): readonly Conjunct[] {
    let result: readonly Conjunct[] = [EVERYTHING];
    for (const part of parts) {
      const next: Conjunct[] = [];
      if (result.length * part.length > WORK_LIMIT) {
        const size = result.length * part.length;
        fail("ERR_EMPTCP_CONDITION_SIZE", { size, what: "combinations", limit: WORK_LIMIT });
      }
      for (const a of result) {
        for (const b of part) {
          const both = this.#both(a, b);
          if (both) next.push(both);
        }
        limited(next);
      }
      result = removeCovered(next);
    }
    return result;
  }

  /** What fits both; undefined when nothing does. */
  #both(a: Conjunct, b: Conjunct): Conjunct | undefined {
    const family = meetFamily(a.family, b.family);
    if (family === undefined) return undefined;
    if (a.pieces.some((p) => b.pieces.some((q) => p.selector === q.selector && disagree(p, q))))
      return undefined;
    const positive = { family, pieces: this.#merge(a.pieces, b.pieces, family) };
    if (a.negatives.length + b.negatives.length === 0) return { ...positive, negatives: [] };
    const negatives = new Map([...a.negatives, ...b.negatives].map((n) => [n.id, n]));
    const kept: Literal[] = [];
    for (const literal of negatives.values()) {
      if (alwaysHits(literal, positive)) return undefined;
      if (!neverHits(literal, positive)) kept.push(literal);
    }
    return { ...positive, negatives: sortByText(kept, (n) => n.id) };
  }

  /** Pieces that do not disagree, one for each selector, sorted by its name. */
  #merge(a: readonly Piece[], b: readonly Piece[], family: Family): Piece[] {
    const pieces = a.map((p) => this.#sized(p, family));
    for (const piece of b) {
      const sized = this.#sized(piece, family);
      const at = pieces.findIndex((p) => p.selector === piece.selector);
      const other = pieces[at];
      if (other) pieces[at] = intersect(other, sized);
      else pieces.push(sized);
    }
    return pieces.sort((x, y) => (x.selector < y.selector ? -1 : 1));
  }

  #sized(piece: Piece, family: Family): Piece {
    if (piece.family === family) return piece;
    const { key } = this.manifest(piece.selector);
    return resize(piece, family, key ? keySize(key, family) : 0);
  }

  manifest(module: string): Manifest {
    return this.catalog.get(module)?.manifest ?? fail("ERR_EMPTCP_UNKNOWN_MODULE", { module });
  }
}

function limited<T extends readonly unknown[]>(items: T): T {
  if (items.length > CONDITION_LIMIT) {
    fail("ERR_EMPTCP_CONDITION_SIZE", { size: items.length, what: "alternatives", limit: CONDITION_LIMIT });
  }
  return items;
}

/**
 * Writes a condition as alternatives of exact masked keys on one hook. The alternatives together match
 * exactly the packets that the condition matches.
 *
 * @param hook decides which end of a packet is local
 * @param catalog gives the manifests of the selectors
 * @returns conjuncts in a canonical order, none covered by another; none at all when the condition can never match
 * @throws ProblemsError with everything wrong in the condition; ERR_EMPTCP_CONDITION_SIZE,
 * ERR_EMPTCP_TOO_MANY_NEGATIONS when it does not fit
 */
export function expandCondition(when: Condition, hook: Hook, catalog: Selectors): Conjunct[] {
  const problems = conditionProblems(when, hook, catalog);
  if (problems.length > 0) throw new ProblemsError(problems);
  const conjuncts = removeCovered(new Expander(hook, catalog).expand(when, false));
  if (conjuncts.some((c) => c.negatives.length > NEGATIVE_LIMIT)) {
    throw new ProblemsError([problem("ERR_EMPTCP_TOO_MANY_NEGATIONS", "", { limit: NEGATIVE_LIMIT })]);
  }
  return sortByText(conjuncts, conjunctText);
}

/** Canonical text of a conjunct. */
export function conjunctText(c: Conjunct): string {
  return `${c.family} ${c.pieces.map(pieceText).join("+")} ! ${c.negatives.map((n) => n.id).join("!")}`;
}
