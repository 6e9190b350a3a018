import type { ModuleRecord } from "../../engine/manifest.js";
import type { ModuleCatalog } from "../../module/catalog.js";
import type { Check, Finding } from "../types.js";

function inspectModule(running: ModuleRecord, catalog: ModuleCatalog): Finding[] {
  const subject = running.name;
  const installed = catalog.candidates(running.package)[0]?.manifest;
  if (!installed)
    return [
      {
        level: "note",
        subject,
        message: `${running.package} ${running.version} runs but is not found from here: it cannot be applied again`,
        fix: `npm install ${running.package}`,
      },
    ];
  const changed = Object.entries(running.objects).some(
    ([hook, sha256]) => installed.objects[hook as keyof typeof installed.objects]?.sha256 !== sha256,
  );
  if (!changed) return [];
  const versions =
    installed.version === running.version ? "was built anew" : `is ${installed.version} on disk`;
  const message = `${running.package} ${running.version} runs and ${versions}: the next apply loads that`;
  return [{ level: "note", subject, message, fix: "emptcp apply FILES" }];
}

/** Modules that are not on disk what they were when they were loaded. */
export const modules: Check = {
  name: "modules",
  run({ engine, catalog }) {
    const installed = catalog();
    const running = engine?.manifest.modules ?? [];
    const unusable = installed.problems.map(
      ({ path, message, hint }): Finding => ({
        level: "warning",
        subject: path,
        message,
        fix: hint,
      }),
    );
    const found = [...unusable, ...running.flatMap((record) => inspectModule(record, installed))];
    const message = `${installed.list().length} installed, ${running.length} in use`;
    return [{ level: "ok", message }, ...found];
  },
};
