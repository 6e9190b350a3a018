import { inspectMachine } from "@emptcp/core";
import type { Part } from "../types.js";

export const doctor: Part = {
  name: "doctor.json",
  about: "what `emptcp doctor` found",
  collect: ({ pinDir, modules }) => inspectMachine({ pinDir, modules }),
};

export const generation: Part = {
  name: "generation.json",
  about: "the generation that runs: policy sets, programs, ports, tables, without contents of maps",
  collect: ({ engine }) => engine.current(),
};

export const stats: Part = {
  name: "stats.json",
  about: "counters of policies, steps and the engine",
  collect: ({ engine }) => ({ engine: engine.counters(), policies: engine.stats() }),
};

export const history: Part = {
  name: "history.json",
  about: "what was changed when, without the policies of the time",
  collect: ({ engine }) => engine.history.entries(),
};

export const modules: Part = {
  name: "modules.json",
  about: "installed modules with their versions and digests, and packages that cannot be used",
  collect: ({ modules: found }) => ({
    modules: found.list().map(({ manifest }) => ({
      name: manifest.name,
      version: manifest.version,
      module: manifest.module,
      abi: manifest.abi,
      core: manifest.core,
      hooks: manifest.hooks,
      objects: manifest.objects,
    })),
    problems: found.problems,
  }),
};
