import type { ModuleForecast, Problem } from "@emptcp/core";
import type { Change } from "./format/plan.js";
import { standingTexts } from "./format/notices.js";
import type { Plan } from "./make-plan.js";
import { sourceLines } from "./print-source.js";
import { styleFor, visible, type Style } from "./terminal.js";
import { columnsOf, wrap } from "./wrap.js";

const MARKS = { add: "+", change: "~", remove: "-", keep: " " } as const;
const PORT_MARKS = { attach: "+", keep: " ", detach: "-" } as const;
/** Policies that are named; there may be thousands. */
const NAMED = 200;
const SHOWN_OVERLAPS = 20;

const POWER_WORDS: Readonly<Record<string, string>> = {
  drop: "drop packets",
  redirect: "redirect packets",
  "change-header": "change headers",
  "change-length": "change lengths",
  "read-keys": "read MPTCP keys",
  inject: "send packets of its own",
};

/** Writes parts of a plan for people. */
class Printer {
  readonly lines: string[] = [];

  constructor(
    readonly style: Style,
    readonly width: number,
  ) {}

  title(text: string): void {
    this.lines.push("", ...wrap(text, this.width, 0).map((line) => this.style.bold(line)));
  }

  text(text: string, indent = 2, paint = (t: string): string => t): void {
    for (const line of wrap(visible(text), this.width, indent)) this.lines.push(paint(line));
  }

  change({ kind, what, details }: Change): void {
    const { style } = this;
    const paint = { add: style.green, change: style.yellow, remove: style.red, keep: style.dim }[kind];
    this.lines.push(paint(`${MARKS[kind]} ${visible(what)}`));
    for (const { part, before, after } of details) {
      const text = before === undefined ? (after ?? "") : `${before}  ⇒  ${after ?? "(gone)"}`;
      const [first = "", ...more] = wrap(visible(text), this.width - 13, 0);
      this.lines.push(`    ${part.padEnd(8)} ${first}`, ...more.map((line) => `${" ".repeat(13)}${line}`));
    }
  }
}

function head(plan: Plan): string {
  const { running, next, work, reasons } = plan;
  if (work === "nothing") return `no changes: generation ${running ?? "?"} runs all of this already`;
  const to = next === null ? "the next generation" : `generation ${next}`;
  const from = running === null || running === 0 ? "" : ` takes the place of ${running}`;
  const why = plan.generation === null ? "what runs cannot be seen from here" : reasons.join("; ");
  const how =
    work === "data"
      ? "only data, no program is loaded"
      : `programs are loaded beside those that run, then switched at once: ${why}`;
  return `${to}${from}: ${how}`;
}

function moduleText(m: ModuleForecast): string {
  const powers = m.powers.map((p) => POWER_WORDS[p] ?? p);
  const may = powers.length === 0 ? "only looks" : `may ${powers.join(", ")}`;
  const upgrade =
    m.running !== undefined && m.running !== m.version
      ? ` (${m.running} runs)`
      : m.reloaded
        ? " (another build runs)"
        : "";
  const users = m.policies.length > 3 ? `${m.policies.length} policies` : m.policies.join(", ");
  return `${m.kind.padEnd(8)} ${m.module} ${m.version}${upgrade}: ${may}; abi ${m.abi}, core ${m.core}, Linux ${m.kernel}; for ${users}`;
}

function changes(p: Printer, plan: Plan): void {
  const told = plan.changes.filter((c) => c.kind !== "keep");
  for (const change of told.slice(0, NAMED)) p.change(change);
  if (told.length > NAMED) p.text(`… and ${told.length - NAMED} more changes (--json tells all)`);
  const kept = plan.changes.length - told.length;
  if (kept > 0)
    p.lines.push(
      p.style.dim(`  ${kept} ${kept === 1 ? "policy stays as it is" : "policies stay as they are"}`),
    );
}

function programs(p: Printer, plan: Plan): void {
  p.title(plan.work === "programs" ? "Programs to load" : "Programs used again");
  for (const hook of new Set(plan.programs.map((one) => one.hook))) {
    const names = plan.programs
      .filter((one) => one.hook === hook)
      .map(({ program, count }) => (count === 1 ? program : `${count} × ${program}`));
    p.text(`  ${hook.padEnd(11)} ${names.join(", ")}`, 12);
  }
}

function ports(p: Printer, plan: Plan): void {
  p.title("Interfaces");
  if (plan.ports.length === 0)
    p.text("  none is there now: policies begin to act when one comes (emptcp refresh)", 4);
  for (const { hook, interface: name, change } of plan.ports) {
    p.text(`${PORT_MARKS[change]} ${hook.padEnd(11)} ${name}${change === "keep" ? "" : ` (${change})`}`, 14);
  }
}

function costs(p: Printer, plan: Plan): void {
  if (plan.costs.length === 0) return;
  p.title(
    "Cost for each packet (an estimate: sizes of code and figures of the bench, nothing was measured here)",
  );
  for (const c of plan.costs) {
    const chain = c.dearest === undefined ? "" : `; matched by ${c.dearest}, the dearest: ${c.chain} ns more`;
    p.text(
      `  ${c.hook.padEnd(11)} every packet about ${c.entry} ns (look-ups: ${c.tables}, selectors: ${c.selectors})${chain}`,
      14,
    );
  }
}

function limits(p: Printer, plan: Plan): void {
  p.title("Limits");
  p.text(`  ${plan.limits.map(({ what, used, limit }) => `${what} ${used} of ${limit}`).join(", ")}`, 2);
}

function overlaps(p: Printer, plan: Plan): void {
  if (plan.overlaps.length === 0) return;
  p.title("Policies that match the same packets");
  for (const { hook, first, second, continues, example } of plan.overlaps.slice(0, SHOWN_OVERLAPS)) {
    const effect = continues ? "both run, in this order" : "only the first one runs";
    p.text(`  ${hook}: ${first} and ${second} (${example}): ${effect}`, 4, p.style.yellow);
  }
  const more = plan.overlaps.length - SHOWN_OVERLAPS;
  if (more > 0) p.text(`  … and ${plan.moreOverlaps ? "at least " : ""}${more} more (--json tells them)`);
}

function warnings(p: Printer, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  p.title("Warnings");
  for (const { place, message, hint } of problems) {
    const where = place ? `${place.file}:${place.line}:${place.column}: ` : "";
    p.text(`  ${where}${message}`, 4, p.style.yellow);
    if (place) {
      const { line, column, length, text } = place;
      p.lines.push(...sourceLines({ line, column, length, source: text }, process.stdout));
    }
    if (hint !== "") p.text(`    hint: ${hint}`, 6, p.style.dim);
  }
}

/** Prints a plan for people, in the columns that there are. */
export function printPlan(plan: Plan): void {
  const style = styleFor(process.stdout);
  const p = new Printer(style, columnsOf(process.stdout));
  p.text(head(plan), 2, style.bold);
  for (const text of standingTexts(plan)) p.text(text, 2, style.yellow);
  p.lines.push("");
  changes(p, plan);
  p.title("Modules");
  for (const m of plan.modules) p.text(`  ${moduleText(m)}`, 11);
  programs(p, plan);
  ports(p, plan);
  costs(p, plan);
  limits(p, plan);
  overlaps(p, plan);
  warnings(p, plan.warnings);
  if (plan.unseen.length > 0) {
    p.title("Not seen");
    for (const what of plan.unseen) p.text(`  ${what}`, 4, style.dim);
  }
  process.stdout.write(`${p.lines.join("\n")}\n`);
}
