import { join } from "node:path";
import { parseArgs } from "node:util";

/** What a user can ask for. */
export interface Options {
  /** File for the figures. */
  readonly json: string;
  /** Rows to measure, by name. */
  readonly rows: readonly string[];
  /** Rounds for each program. */
  readonly rounds: number;
  /** Rules to load. */
  readonly rules: number;
}

export const USAGE = `usage: npm run bench -- [--json FILE] [--rounds N] [--rules N] [row ...]
rows: chain misses instruments rules trace switches commands policies; default: all`;

/** @throws TypeError for an unknown flag, RangeError for a number that is none */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "string" }, rounds: { type: "string" }, rules: { type: "string" } },
  });
  const unknown = positionals.filter((row) => !known.includes(row));
  if (unknown.length > 0)
    throw new RangeError(`measure ${unknown.join(", ")}: the rows are ${known.join(", ")}`);
  const number = (name: "rounds" | "rules", otherwise: number): number => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`read --${name}: ${values[name]} is not a number of them`);
    return value;
  };
  const date = new Date().toISOString().slice(0, 19).replaceAll(":", "");
  return {
    json: values.json ?? join(import.meta.dirname, "../results", `${date}.json`),
    rows: positionals.length > 0 ? positionals : known,
    rounds: number("rounds", 30),
    rules: number("rules", 1_000_000),
  };
}
