import { fail, type Problem } from "../errors.js";
import { compareNames, listNames } from "../text.js";
import type { InstalledModule } from "./types.js";

/** Where a module was looked for and what was found there first. */
export interface CatalogEntry {
  readonly installed: InstalledModule;
  /** Smaller is nearer: directories named explicitly come before those above the working directory. */
  readonly distance: number;
}

/** The modules found on this machine, by module name and by package name. */
export class ModuleCatalog {
  readonly #byName = new Map<string, CatalogEntry[]>();
  readonly #byAlias = new Map<string, CatalogEntry[]>();
  readonly #preferences: Readonly<Record<string, string>>;
  readonly #entries: readonly CatalogEntry[];
  /** Packages that call themselves modules but cannot be used. */
  readonly problems: readonly Problem[];

  constructor(
    entries: readonly CatalogEntry[],
    problems: readonly Problem[] = [],
    preferences: Readonly<Record<string, string>> = {},
  ) {
    this.#entries = entries;
    this.problems = problems;
    this.#preferences = preferences;
    for (const entry of entries) {
      const { module, name } = entry.installed.manifest;
      for (const key of new Set([module, name])) {
        this.#byName.set(key, [...(this.#byName.get(key) ?? []), entry]);
      }
      for (const alias of entry.installed.manifest.aliases ?? [])
        this.#byAlias.set(alias, [...(this.#byAlias.get(alias) ?? []), entry]);
    }
  }

  /** A catalog of modules already at hand. */
  static of(modules: readonly InstalledModule[]): ModuleCatalog {
    return new ModuleCatalog(modules.map((installed) => ({ installed, distance: 0 })));
  }

  /**
   * The module of that name, `set-window` or `@emptcp/actor-set-window`, or else with that alias. Of several copies of one package the
   * nearest counts.
   *
   * @throws ERR_EMPTCP_MODULE_CLASH when different packages provide the name and none is preferred
   */
  get(name: string): InstalledModule | undefined {
    const preferred = Object.hasOwn(this.#preferences, name) ? this.#preferences[name] : undefined;
    const found = this.candidates(preferred ?? name);
    const packages = [...new Set(found.map((m) => m.manifest.name))];
    if (packages.length > 1) {
      fail("ERR_EMPTCP_MODULE_CLASH", { module: name, packages: listNames(packages) });
    }
    return found[0];
  }

  /** Every module that a name may mean, nearest first. */
  candidates(name: string): InstalledModule[] {
    const named = this.#byName.get(name) ?? this.#byAlias.get(name) ?? [];
    const found = [...named].sort((a, b) => a.distance - b.distance);
    return found.map((e) => e.installed);
  }

  /** One module for each package, sorted by module name; copies further away are left out. */
  list(): InstalledModule[] {
    const nearest = new Map<string, CatalogEntry>();
    for (const entry of this.#entries) {
      const known = nearest.get(entry.installed.manifest.name);
      if (!known || entry.distance < known.distance) nearest.set(entry.installed.manifest.name, entry);
    }
    const modules = [...nearest.values()].map((e) => e.installed);
    return modules.sort(
      (a, b) =>
        compareNames(a.manifest.module, b.manifest.module) || compareNames(a.manifest.name, b.manifest.name),
    );
  }

  /** The same modules with a policy set's choice between packages (`modules: { record: "@acme/record" }`). */
  withPreferences(preferences: Readonly<Record<string, string>>): ModuleCatalog {
    return new ModuleCatalog(this.#entries, this.problems, { ...this.#preferences, ...preferences });
  }
}
