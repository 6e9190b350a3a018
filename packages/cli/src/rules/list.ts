import { once } from "node:events";
import type { Engine, RuleStatus } from "@emptcp/core";
import { bootTimeNs } from "@emptcp/core/libbpf";
import { formatMatch } from "../format/match.js";
import { styleFor, visible } from "../terminal.js";
import { columnsOf } from "../wrap.js";
import { policyOf } from "./policy-of.js";

export interface ListFilter {
  readonly match?: string | undefined;
  readonly id?: number | undefined;
  readonly hook?: string | undefined;
  readonly added: boolean;
  readonly hit: boolean;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly json: boolean;
}

function leftText(expires: bigint, now: bigint): string {
  if (expires === 0n) return "";
  const seconds = Number((expires - now) / 1_000_000n) / 1000;
  return seconds <= 0 ? "expired" : `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}s`;
}

function isWanted(rule: RuleStatus, text: string, filter: ListFilter): boolean {
  if (filter.added && !rule.handle) return false;
  if (filter.id !== undefined && rule.handle?.id !== filter.id) return false;
  if (filter.hook !== undefined && rule.hook !== filter.hook) return false;
  if (filter.hit && rule.packets === 0n) return false;
  return filter.match === undefined || text.includes(filter.match);
}

/** Widths of the columns on a terminal; a longer value moves the rest of its line. */
const widthsFor = (columns: number): number[] =>
  columns < 110 ? [5, 10, Math.max(24, columns - 48), 8, 8] : [6, 10, 48, 12, 14];
const HEADING = ["RULE", "HOOK", "MATCH", "PACKETS", "BYTES", "LEFT"];

/** Prints the rules of a policy as they are read. */
export async function listRuleLines(engine: Engine, policyName: string, filter: ListFilter): Promise<void> {
  const { name } = policyOf(engine, policyName);
  const { isTTY } = process.stdout;
  const widths = widthsFor(columnsOf(process.stdout));
  const row = (cells: readonly string[]): string =>
    isTTY
      ? `${cells
          .map((c, i) => visible(c).padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`
      : `${cells.map(visible).join("\t")}\n`;
  const now = bootTimeNs();
  let left = filter.limit ?? Infinity;
  let skipping = filter.after !== undefined;
  if (isTTY && !filter.json) process.stdout.write(styleFor(process.stdout).bold(row(HEADING)));
  for (const rule of engine.policy(name).rules.list()) {
    if (skipping) {
      skipping = `${rule.handle}` !== filter.after;
      continue;
    }
    const text = formatMatch(rule.match);
    if (!isWanted(rule, text, filter)) continue;
    if (left-- <= 0) break;
    const { handle, hook, packets, bytes, expires } = rule;
    const cells = [`${handle?.id ?? "-"}`, hook, text, `${packets}`, `${bytes}`, leftText(expires, now)];
    const line = filter.json ? `${JSON.stringify(plain(rule, now))}\n` : row(cells);
    if (!process.stdout.write(line)) await once(process.stdout, "drain");
  }
}

function plain(
  { handle, set, policy, hook, match, packets, bytes, expires }: RuleStatus,
  now: bigint,
): unknown {
  return {
    rule: handle?.id ?? null,
    handle: handle ? `${handle}` : null,
    policy: `${set}/${policy}`,
    hook,
    match,
    packets: Number(packets),
    bytes: Number(bytes),
    left: expires === 0n ? null : Math.max(0, Number(expires - now) / 1e9),
  };
}
