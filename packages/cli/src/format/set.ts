import type { EngineCounters, PolicySet, PolicyStats, PortRecord } from "@emptcp/core";
import { styleFor, visible } from "../terminal.js";
import { formatAttach } from "./attach.js";
import { formatCondition, formatStep } from "./condition.js";

type Policy = PolicySet["policies"][number];

function policyLines(policy: Policy, stats: readonly PolicyStats[]): string[] {
  const style = styleFor(process.stdout);
  const notes = [
    `priority ${policy.priority}`,
    ...(policy.continue ? ["continues"] : []),
    ...(policy.onError === "drop" ? ["drops on error"] : []),
  ].join(", ");
  const lines = [
    "",
    `${style.bold(policy.name)}  ${style.dim(notes)}`,
    `  when   ${formatCondition(policy.when)}`,
  ];
  policy.chain.forEach((step, i) =>
    lines.push(`  ${i === 0 ? "chain" : "     "}  ${i + 1}. ${formatStep(step)}`),
  );
  if (policy.chain.length === 0) lines.push("  chain  (pass)");
  for (const { hook, packets, bytes, steps } of stats) {
    lines.push(`  ${hook}: ${packets} packets, ${bytes} bytes`);
    steps.forEach(({ module, packets: reached, refusals }, i) => {
      const refused = Object.entries(refusals).map(
        ([reason, count]) => `, ${count} refused (reason ${reason})`,
      );
      lines.push(`    ${i + 1}. ${module}: ${reached} packets${refused.join("")}`);
    });
  }
  return lines;
}

/** A policy set for people: where it is attached, its policies, what they counted, and what went wrong. */
export function describeSet(
  set: PolicySet,
  ports: readonly PortRecord[],
  stats: readonly PolicyStats[],
  engine: EngineCounters,
): string[] {
  const style = styleFor(process.stdout);
  const ordered = [...set.policies].sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  const lines = [`${style.bold(set.name)}  ${formatAttach(set).join("; ")}`];
  for (const port of ports)
    lines.push(
      `  ${port.hook} ${port.netns === undefined ? "" : `${port.netns}/`}${port.name} (${port.attached})`,
    );
  for (const policy of ordered)
    lines.push(
      ...policyLines(
        policy,
        stats.filter((one) => one.policy === policy.name),
      ),
    );
  const wrong = Object.entries(engine).filter(([, count]) => count > 0n);
  if (wrong.length > 0)
    lines.push("", style.yellow(`engine: ${wrong.map(([name, count]) => `${name} ${count}`).join(", ")}`));
  return lines.map(visibleExceptStyle);
}

/** Names come from policies; only our own colour codes may pass. */
function visibleExceptStyle(line: string): string {
  return line
    .split(/(\u001b\[\d+m)/)
    .map((part, i) => (i % 2 === 1 ? part : visible(part)))
    .join("");
}
