import type { ModuleCatalog } from "../module/catalog.js";
import type { InstalledModule } from "../module/types.js";
import { expandCondition } from "../policy/expand.js";
import type { Condition, Conjunct, Piece, PolicySet } from "../policy/types.js";
import { fail } from "../errors.js";
import type { PacketHook } from "./layout.js";

/**
 * The modules of one policy set, by the names that the set uses. Two sets may mean different packages by one
 * name, so the engine itself knows modules by their package.
 */
export class SetModules {
  readonly #known = new Map<string, InstalledModule | undefined>();

  constructor(
    /** The catalog with the set's own choices. */
    readonly catalog: ModuleCatalog,
  ) {}

  static of(set: Pick<PolicySet, "modules"> | undefined, catalog: ModuleCatalog): SetModules {
    return new SetModules(set?.modules ? catalog.withPreferences(set.modules) : catalog);
  }

  /** @throws ERR_EMPTCP_MODULE_CLASH */
  get(name: string): InstalledModule | undefined {
    if (!this.#known.has(name)) this.#known.set(name, this.catalog.get(name));
    return this.#known.get(name);
  }

  /** Package of a module. @throws ERR_EMPTCP_UNKNOWN_MODULE, ERR_EMPTCP_MODULE_CLASH */
  packageOf(name: string): string {
    return this.get(name)?.manifest.name ?? fail("ERR_EMPTCP_UNKNOWN_MODULE", { module: name });
  }

  /** A condition as conjuncts whose pieces name the packages of their selectors. */
  expand(when: Condition, hook: PacketHook): Conjunct[] {
    return expandCondition(when, hook, this).map((c) => this.#named(c));
  }

  /** Packages of the selectors of a condition, each once. */
  selectors(when: Condition): string[] {
    const found = new Set<string>();
    const walk = (condition: Condition): void => {
      if (condition.kind === "match") found.add(this.packageOf(condition.module));
      else if (condition.kind === "not") walk(condition.of);
      else condition.of.forEach(walk);
    };
    walk(when);
    return [...found].sort();
  }

  #named(conjunct: Conjunct): Conjunct {
    const pieces = conjunct.pieces.map((p) => this.#piece(p));
    const negatives = conjunct.negatives.map((literal) => {
      const own = literal.pieces.map((p) => this.#piece(p));
      return { id: `${own[0]?.selector ?? ""} ${literal.id}`, pieces: own };
    });
    return { ...conjunct, pieces, negatives };
  }

  #piece(piece: Piece): Piece {
    return { ...piece, selector: this.packageOf(piece.selector) };
  }
}
