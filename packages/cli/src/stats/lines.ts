import { troubles } from "../format/counters.js";
import { styleFor, visible } from "../terminal.js";
import { ratesOf, rowsOf, type StatsRow } from "./rows.js";
import type { Snapshot } from "./snapshot.js";
import { statsTable } from "./table.js";

/** Tells snapshots one after the other, with rates from the second on. */
export class StatsTeller {
  #before: { readonly time: number; readonly rows: ReadonlyMap<string, StatsRow> } | undefined;

  /** @param watching whether rates are shown */
  constructor(readonly watching: boolean) {}

  #rates(snapshot: Snapshot, rows: readonly StatsRow[]): ReturnType<typeof ratesOf> {
    const { time = 0, rows: old = new Map<string, StatsRow>() } = this.#before ?? {};
    this.#before = { time: snapshot.time, rows: new Map(rows.map((row) => [row.key, row])) };
    return ratesOf(rows, old, (snapshot.time - time) / 1000);
  }

  /** Lines for a terminal, or with tabs for other programs. */
  lines(snapshot: Snapshot, stream: NodeJS.WriteStream): string[] {
    const rows = rowsOf(snapshot);
    const rates = this.#rates(snapshot, rows);
    if (!stream.isTTY)
      return rows.filter(({ kind }) => kind !== "more" && kind !== "total").map((row) => tabs(row));
    const style = styleFor(stream);
    const width = Math.max(stream.columns, 40);
    const times = snapshot.profile > 0;
    const notes = [
      ...(rows.length === 0 ? ["no policy runs"] : []),
      ...troubles(snapshot.engine).map((text) => style.yellow(`engine: ${text}`)),
    ];
    const profile = times ? `, one packet in ${snapshot.profile} is timed` : "";
    const title = `generation ${snapshot.generation}${profile}`;
    const clock = new Date(snapshot.time).toTimeString().slice(0, 8);
    return [
      ...(this.watching ? [style.dim(`${clock}  ${title}`)] : times ? [style.dim(title)] : []),
      ...(rows.length > 0 ? statsTable(rows, { style, width, times, ...(this.watching && { rates }) }) : []),
      ...notes,
    ];
  }

  /** A plain value, for --json. */
  document(snapshot: Snapshot): object {
    const rates = this.#rates(snapshot, rowsOf(snapshot));
    const at = (key: string): { readonly rates?: unknown } => {
      const found = rates.get(key);
      return this.watching && found ? { rates: found } : {};
    };
    return {
      time: new Date(snapshot.time).toISOString(),
      generation: snapshot.generation,
      profile: snapshot.profile,
      policies: snapshot.policies.map((policy) => {
        const key = `${policy.hook} ${policy.set}/${policy.policy}`;
        return {
          ...policy,
          ...at(key),
          steps: policy.steps.map(({ refusals: _, refusalNames, ...step }, i) => ({
            ...step,
            refusals: refusalNames,
            ...at(`${key} step ${i}`),
          })),
          ...(policy.rules && {
            rules: policy.rules.map((rule) => ({ ...rule, ...at(`${key} rule ${rule.id}`) })),
          }),
        };
      }),
      entries: snapshot.entries,
      engine: snapshot.engine,
    };
  }
}

/** hook, kind, name, packets, bytes, ns, verdicts, refusals. */
function tabs({ hook, kind, key, name, packets, bytes, ns, verdicts, refusals }: StatsRow): string {
  const owner = key.split(" ")[1] ?? "";
  const own = kind === "policy" || kind === "entry" ? name : `${owner} ${name}`;
  const cells = [
    hook,
    kind,
    own,
    String(packets ?? ""),
    String(bytes ?? ""),
    ns === undefined ? "" : ns.toFixed(1),
  ];
  return [...cells, verdicts.join(", "), refusals.join(", ")].map(visible).join("\t");
}
