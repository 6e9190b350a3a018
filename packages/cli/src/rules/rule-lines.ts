import { ProblemsError, type ModuleCatalog, type Params, type Policy, type RuleInput } from "@emptcp/core";
import { csvFields } from "./csv.js";
import { secondsOf } from "./duration.js";
import { conditionOf } from "./read-match.js";

/** Says in one line why a line cannot be read. */
export class LineError extends Error {}

type Fields = Record<string, unknown>;

/** Turns the lines of a file into rules: JSON, or CSV whose first line names the columns. */
export class RuleLines {
  /** The heading is wrong, so nothing can be said of the lines below it. */
  isLost = false;
  #columns: readonly (readonly [string, string | undefined])[] | undefined;

  constructor(
    readonly policy: Policy,
    readonly catalog: ModuleCatalog,
  ) {}

  /** @returns undefined for a line that holds no rule. @throws LineError */
  read(line: string): RuleInput | undefined {
    const text = line.trim();
    if (text === "" || text.startsWith("#")) return undefined;
    try {
      if (this.#columns) return this.#row(text);
      if (/^["{[]/.test(text) && !/^"[^"]*"\s*,/.test(text)) return this.#rule(JSON.parse(text));
      this.isLost = true;
      this.#columns = this.#heading(text);
      this.isLost = false;
      return undefined;
    } catch (error) {
      if (error instanceof LineError) throw error;
      if (error instanceof ProblemsError) throw new LineError(problemsText(error));
      throw new LineError(error instanceof Error ? error.message : String(error));
    }
  }

  /** `{ when, params, for }`, or a condition. */
  #rule(value: unknown): RuleInput {
    const given = value as Fields | null;
    if (typeof given !== "object" || given === null || !("when" in given)) {
      return { when: conditionOf(value, this.policy, this.catalog) };
    }
    const unknown = Object.keys(given).find((k) => !["when", "params", "for"].includes(k));
    if (unknown !== undefined) throw new LineError(`"${unknown}" is none of when, params, for`);
    const { when, params, for: time } = given;
    return {
      when: conditionOf(when, this.policy, this.catalog),
      ...(params !== undefined && { params: params as Record<string, Params> }),
      ...(time !== undefined && { ttl: secondsOf(time) }),
    };
  }

  #heading(text: string): readonly (readonly [string, string | undefined])[] {
    const names = csvFields(text);
    if (!names) throw new LineError("a quote is not closed");
    return names.map((name) => {
      if (name === "for") return [name, undefined];
      const dot = name.lastIndexOf(".");
      const module = dot < 0 ? name : name.slice(0, dot);
      const known = this.catalog.candidates(module).length > 0;
      const plain = dot < 0 && /^(src|dst|local|remote)$/.test(name);
      if (known || plain) return [module, dot < 0 ? undefined : name.slice(dot + 1)];
      throw new LineError(
        `column "${name}" is none: write SELECTOR.FIELD, MODULE.PARAMETER or for, for example ip-pair.src,set-window.window,for`,
      );
    });
  }

  #row(text: string): RuleInput {
    const values = csvFields(text);
    const columns = this.#columns ?? [];
    if (!values) throw new LineError("a quote is not closed");
    if (values.length !== columns.length) {
      throw new LineError(`${values.length} values stand below ${columns.length} columns`);
    }
    const matches: Record<string, Fields> = {};
    const short: Fields = {};
    const params: Record<string, Params> = {};
    let ttl: number | undefined;
    columns.forEach(([module, field], i) => {
      const value = values[i] ?? "";
      if (value === "") return;
      if (module === "for") ttl = secondsOf(value);
      else if (field === undefined) short[module] = value;
      else if (this.catalog.candidates(module)[0]?.manifest.kind === "actor") {
        params[module] = { ...params[module], [field]: numberOr(value) };
      } else matches[module] = { ...matches[module], [field]: value };
    });
    const parts = Object.entries(matches).map(([module, fields]) => ({ [module]: fields }));
    const when =
      Object.keys(short).length > 0 && parts.length === 0
        ? short
        : parts.length === 1
          ? parts[0]
          : { all: [...parts, ...Object.entries(short).map(([k, v]) => ({ [k]: v }))] };
    return {
      when: conditionOf(when, this.policy, this.catalog),
      ...(Object.keys(params).length > 0 && { params }),
      ...(ttl !== undefined && { ttl }),
    };
  }
}

/** Numbers and switches of parameters, as YAML would read them; else the text. */
function numberOr(value: string): Params[string] {
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  return value === "true" ? true : value === "false" ? false : value;
}

export function problemsText(error: ProblemsError): string {
  return error.problems.map((p) => `${p.path === "" ? "" : `${p.path}: `}${p.message}`).join("; ");
}
