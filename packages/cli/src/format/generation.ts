import type { GenerationManifest } from "@emptcp/core";
import { age } from "./numbers.js";

/** What its programs do beside their own work: `traced`, `one packet in 64 is timed`. */
function instrumentTexts({ instrument }: GenerationManifest): string[] {
  return [
    ...(instrument.trace ? ["traced"] : []),
    ...(instrument.profile > 0 ? [`one packet in ${instrument.profile} is timed`] : []),
    ...(instrument.log ? ["modules log"] : []),
  ];
}

/** `generation 12, 3m old, core 0.1.0, traced`. */
export function generationText(manifest: GenerationManifest, now = Date.now()): string {
  const { number, createdAt, core } = manifest;
  const old = `${age(now - Date.parse(createdAt))} old`;
  return [`generation ${number}`, old, `core ${core}`, ...instrumentTexts(manifest)].join(", ");
}

/** Modules with their versions, `set-window@0.1.0`: all, or those of these names or packages. */
export function moduleTexts({ modules }: GenerationManifest, names?: ReadonlySet<string>): string[] {
  return modules
    .filter(({ name, package: from }) => names === undefined || names.has(name) || names.has(from))
    .map(({ name, version }) => `${name}@${version}`)
    .sort();
}
