import type { InstalledModule, ModuleKind, Power } from "../../module/types.js";
import type { PolicySet } from "../../policy/types.js";
import type { GenerationManifest } from "../manifest.js";
import type { SetModules } from "../set-modules.js";

/** A module that policies use. */
export interface ModuleForecast {
  readonly module: string;
  readonly package: string;
  readonly kind: ModuleKind;
  readonly version: string;
  /** The version that runs, when the module does. */
  readonly running?: string;
  /** Its objects are not those that run, though the version may be. */
  readonly reloaded: boolean;
  readonly abi: number;
  /** Range of versions of core that it is made for. */
  readonly core: string;
  /** Oldest kernel. */
  readonly kernel: string;
  readonly powers: readonly Power[];
  /** Policies that use it, as `set/policy`. */
  readonly policies: readonly string[];
}

/** The modules of these sets, by package, with what runs of them. */
export function moduleForecasts(
  sets: readonly PolicySet[],
  modulesOf: (set: PolicySet) => SetModules,
  running: Pick<GenerationManifest, "modules">,
): ModuleForecast[] {
  const used = new Map<string, { readonly installed: InstalledModule; readonly policies: Set<string> }>();
  for (const set of sets) {
    const modules = modulesOf(set);
    for (const policy of set.policies) {
      const names = [...policy.chain.map((s) => s.module), ...modules.selectors(policy.when)];
      for (const name of names) {
        const installed = modules.get(name);
        if (!installed) continue;
        const key = installed.manifest.name;
        const entry = used.get(key) ?? { installed, policies: new Set<string>() };
        entry.policies.add(`${set.name}/${policy.name}`);
        used.set(key, entry);
      }
    }
  }
  return [...used.values()]
    .map(({ installed: { manifest }, policies }): ModuleForecast => {
      const before = running.modules.find((m) => m.package === manifest.name);
      const { module, name, kind, version, abi, core, kernel, powers } = manifest;
      const changed = Object.entries(manifest.objects).some(
        ([hook, o]) => before?.objects[hook] !== o.sha256,
      );
      return {
        module,
        package: name,
        kind,
        version,
        ...(before && { running: before.version }),
        reloaded: before !== undefined && changed,
        abi,
        core,
        kernel,
        powers,
        policies: [...policies].sort(),
      };
    })
    .sort((a, b) => (a.kind === b.kind ? (a.module < b.module ? -1 : 1) : a.kind < b.kind ? -1 : 1));
}
