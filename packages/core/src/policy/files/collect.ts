import { join as joinPath, dirname, resolve } from "node:path";
import { problem, type Place, type Problem } from "../../errors.js";
import type { Json } from "../../params/types.js";
import { show } from "../../text.js";
import { isObject, type JsonObject } from "../reader.js";
import { FileRefusal, readTextFile, SIZE_LIMIT } from "./open.js";
import { parseText, type PlainDocument } from "./parse.js";
import { locate, type Origin } from "./place.js";
import { isVariableName, valueProblem } from "./variables.js";

type Yaml = typeof import("yaml");

const DEPTH_LIMIT = 8;
const FILE_LIMIT = 64;

/** A variable and where it stands. */
interface Definition {
  readonly value: Json;
  /** 0: in the file of the command line; files that it includes: 1. */
  readonly depth: number;
  readonly place: Place;
}

/** Something that may be a policy set, not looked at yet. */
export interface Candidate {
  readonly origin: Origin;
  readonly data: unknown;
}

/** Reads one file of the command line with all that it includes: its variables, and what may be policy sets. */
export class Collector {
  readonly problems: Problem[] = [];
  readonly candidates: Candidate[] = [];
  readonly #definitions = new Map<string, Definition>();
  readonly #seen = new Set<string>();
  #size = 0;

  constructor(
    readonly yaml: Yaml,
    /** Directory that files are included from. */
    readonly inside: string,
  ) {}

  /** Adds a text and all that it includes. @param chain real paths of the files that led here */
  async add(text: string, file: string, chain: readonly string[], directory: string): Promise<void> {
    const { documents, problems } = await parseText(text, file);
    this.problems.push(...problems);
    for (const document of documents) await this.#document(document, chain, directory);
  }

  /** The variables of all files: the nearest to the command line counts. */
  variables(given: ReadonlyMap<string, Json>): Map<string, Json> {
    const values = new Map([...this.#definitions].map(([name, d]) => [name, d.value]));
    for (const [name, value] of given) values.set(name, value);
    return values;
  }

  report(origin: Origin, problems: readonly Problem[]): void {
    this.problems.push(
      ...problems.map((p) => ({ ...p, place: locate(this.yaml, origin, p.path, p.at === "key") })),
    );
  }

  async #document(
    { origin, data }: PlainDocument,
    chain: readonly string[],
    directory: string,
  ): Promise<void> {
    if (Array.isArray(data)) {
      data.forEach((item: unknown, i) =>
        this.candidates.push({ origin: { ...origin, path: `[${i}]` }, data: item }),
      );
      return;
    }
    if (!isObject(data)) {
      this.candidates.push({ origin, data });
      return;
    }
    const { vars, include, ...rest } = data;
    if (vars !== undefined && vars !== null) this.#define(vars, origin, chain.length - 1);
    if (include !== undefined && include !== null) await this.#include(include, origin, chain, directory);
    const headerOnly = Object.keys(rest).length === 0 && ("vars" in data || "include" in data);
    if (!headerOnly) this.candidates.push({ origin, data: rest });
  }

  #define(vars: unknown, origin: Origin, depth: number): void {
    if (!isObject(vars)) {
      const values = { what: "vars", expected: "variables, one `name: value` on each line", got: show(vars) };
      this.report(origin, [problem("ERR_EMPTCP_MALFORMED", "vars", values)]);
      return;
    }
    for (const [name, value] of Object.entries(vars as JsonObject)) {
      const path = `vars.${name}`;
      const nameReason = isVariableName(name) ? undefined : "expected letters, digits, _ and -, at most 63";
      const reason = nameReason ?? valueProblem(value);
      if (reason !== undefined) {
        const wrong = problem("ERR_EMPTCP_VARIABLE", path, { name, reason });
        this.report(origin, [nameReason === undefined ? wrong : { ...wrong, at: "key" }]);
        continue;
      }
      const known = this.#definitions.get(name);
      const place = locate(this.yaml, origin, path, true);
      if (known?.depth === depth) {
        const { file, line } = known.place;
        const hint = "define it once; a file that includes others may define theirs anew";
        const values = { name, reason: `it is defined in ${file}:${line} already` };
        const twice = problem("ERR_EMPTCP_VARIABLE", path, values, { hint });
        this.report(origin, [{ ...twice, at: "key" }]);
      } else if (!known || known.depth > depth) {
        this.#definitions.set(name, { value: value as Json, depth, place });
      }
    }
  }

  async #include(
    include: unknown,
    origin: Origin,
    chain: readonly string[],
    directory: string,
  ): Promise<void> {
    const list = Array.isArray(include);
    const items: readonly unknown[] = list ? include : [include];
    for (const [i, item] of items.entries()) {
      const path = list ? `include[${i}]` : "include";
      const refusal = await this.#includeOne(item, origin, chain, directory);
      if (!refusal) continue;
      const values = { path: typeof item === "string" ? item : show(item), reason: refusal.reason };
      const options = refusal.hint === undefined ? {} : { hint: refusal.hint };
      this.report(origin, [problem("ERR_EMPTCP_INCLUDE", path, values, options)]);
    }
  }

  async #includeOne(
    item: unknown,
    origin: Origin,
    chain: readonly string[],
    directory: string,
  ): Promise<FileRefusal | undefined> {
    if (typeof item !== "string" || item === "") return new FileRefusal("expected the path of a file");
    if (chain.length > DEPTH_LIMIT) {
      return new FileRefusal(`files include one another more than ${DEPTH_LIMIT} deep`);
    }
    const read = readTextFile(resolve(directory, item), this.inside);
    if (read instanceof FileRefusal) return read;
    if (chain.includes(read.real))
      return new FileRefusal("it includes itself", "leave one of the includes out");
    // Two files may share a third one.
    if (this.#seen.has(read.real)) return undefined;
    this.#seen.add(read.real);
    if (this.#seen.size > FILE_LIMIT) return new FileRefusal(`more than ${FILE_LIMIT} files are included`);
    if ((this.#size += read.size) > SIZE_LIMIT) {
      return new FileRefusal(`all files together are larger than ${SIZE_LIMIT >> 20} MiB`);
    }
    const name = nameBeside(origin.source.file, item);
    await this.add(read.text, name, [...chain, read.real], dirname(read.real));
    return undefined;
  }
}

/** How an included file is called in messages: as seen from where the command was given. */
function nameBeside(file: string, item: string): string {
  return item.startsWith("/") ? item : joinPath(dirname(file), item);
}
