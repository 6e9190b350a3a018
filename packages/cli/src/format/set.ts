import type { Engine, GenerationManifest, PolicySet, PolicyStats } from "@emptcp/core";
import { wrap } from "../help/wrap.js";
import { styleFor, visible } from "../terminal.js";
import { formatAttach } from "./attach.js";
import { formatCondition, formatStep } from "./condition.js";
import { troubles } from "./counters.js";
import { generationText, moduleTexts } from "./generation.js";
import { portText } from "./port.js";

type Policy = PolicySet["policies"][number];

/** Modules are told below each other; lines of prose are not wider than this. */
const WIDTH = 100;

/** Rules that were added to a policy, beside what its own condition became. */
function ruleCount(engine: Engine, name: string): number {
  const ids = new Set<number>();
  for (const { handle } of engine.policy(name).rules.list()) if (handle) ids.add(handle.id);
  return ids.size;
}

const packetText = (count: bigint): string => `${count} ${count === 1n ? "packet" : "packets"}`;

function counterLines({ hook, packets, bytes, steps }: PolicyStats): string[] {
  const told = (counts: Readonly<Record<string, bigint>>, words: (name: string) => string): string[] =>
    Object.entries(counts)
      .filter(([, count]) => count > 0n)
      .map(([name, count]) => `, ${count} ${words(name)}`);
  return [
    `  ${hook}: ${packetText(packets)}, ${bytes} bytes`,
    ...steps.map(({ module, packets: reached, verdicts, refusalNames }, i) => {
      const ends = told(verdicts, (name) => name);
      const refused = told(refusalNames, (name) => `refused (${name})`);
      return `    ${i + 1}. ${module}: ${packetText(reached)}${[...ends, ...refused].join("")}`;
    }),
  ];
}

function policyLines(policy: Policy, rules: number, stats: readonly PolicyStats[]): string[] {
  const style = styleFor(process.stdout);
  const notes = [
    `priority ${policy.priority}`,
    ...(policy.continue ? ["continues"] : []),
    ...(policy.onError === "drop" ? ["drops on error"] : []),
    ...(rules > 0 ? [`${rules} ${rules === 1 ? "rule" : "rules"} added`] : []),
  ].join(", ");
  return [
    "",
    `${style.bold(policy.name)}  ${style.dim(notes)}`,
    `  when   ${formatCondition(policy.when)}`,
    ...policy.chain.map((step, i) => `  ${i === 0 ? "chain" : "     "}  ${i + 1}. ${formatStep(step)}`),
    ...(policy.chain.length === 0 ? ["  chain  (pass)"] : []),
    ...stats.flatMap(counterLines),
  ];
}

const portsOf = ({ ports }: GenerationManifest, set: PolicySet): GenerationManifest["ports"] =>
  ports.filter((port) => port.sets.includes(set.name));

/** Names of the modules of a set: actors, and the selectors of its groups. */
function modulesOf(manifest: GenerationManifest, set: PolicySet): Set<string> {
  const selectors = manifest.groups
    .filter((group) => group.sets.includes(set.name))
    .flatMap((g) => g.selectors);
  return new Set([
    ...set.policies.flatMap((policy) => policy.chain.map(({ module }) => module)),
    ...selectors,
  ]);
}

/** A policy set for people: where it is attached, its policies, what they counted, and what went wrong. */
export function describeSet(engine: Engine, set: PolicySet): string[] {
  const style = styleFor(process.stdout);
  const manifest = engine.current();
  const stats = engine.stats(set.name);
  const ordered = [...set.policies].sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  const modules = wrap(`modules ${moduleTexts(manifest, modulesOf(manifest, set)).join(" ")}`, WIDTH);
  const wrong = troubles(engine.counters()).map((text) => style.yellow(`engine: ${text}`));
  const lines = [
    `${style.bold(set.name)}  ${formatAttach(set).join("; ")}`,
    style.dim(`  ${generationText(manifest)}`),
    ...modules.map((line) => style.dim(`  ${line}`)),
    ...portsOf(manifest, set).map((port) => `  ${portText(port)}`),
    ...ordered.flatMap((policy) =>
      policyLines(
        policy,
        ruleCount(engine, `${set.name}/${policy.name}`),
        stats.filter((one) => one.policy === policy.name),
      ),
    ),
    ...(wrong.length > 0 ? ["", ...wrong] : []),
  ];
  return lines.map(visibleExceptStyle);
}

/** The same as a plain value. */
export function setDocument(engine: Engine, set: PolicySet): object {
  const manifest = engine.current();
  const names = modulesOf(manifest, set);
  return {
    generation: manifest.number,
    createdAt: manifest.createdAt,
    instrument: manifest.instrument,
    set,
    ports: portsOf(manifest, set),
    modules: manifest.modules.filter((module) => names.has(module.name) || names.has(module.package)),
    rules: Object.fromEntries(
      set.policies.map(({ name }) => [name, ruleCount(engine, `${set.name}/${name}`)]),
    ),
    stats: engine.stats(set.name),
    engine: engine.counters(),
  };
}

/** Names come from policies; only our own colour codes may pass. */
function visibleExceptStyle(line: string): string {
  return line
    .split(/(\u001b\[\d+m)/)
    .map((part, i) => (i % 2 === 1 ? part : visible(part)))
    .join("");
}
