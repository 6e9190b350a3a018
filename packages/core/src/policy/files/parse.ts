import type { Document, YAMLParseError } from "yaml";
import { problem, type Problem } from "../../errors.js";
import { readJsonText } from "./json-text.js";
import { placeOf, type Origin, type Source } from "./place.js";

type Yaml = typeof import("yaml");

/** A document as plain data. */
export interface PlainDocument {
  readonly origin: Origin;
  readonly data: unknown;
}

/** What one text holds. */
export interface ParsedText {
  readonly documents: readonly PlainDocument[];
  readonly problems: readonly Problem[];
}

/** Aliases that one document may resolve: a small file must not become a large one. */
const ALIASES = 100;

interface Advice {
  readonly reason: string;
  readonly hint?: string;
}

function keyAt(text: string, offset: number): string {
  return /^[^\s:#]{1,60}/.exec(text.slice(offset, offset + 80))?.[0] ?? "";
}

/** What the parser's error means to the person who wrote the file. */
function adviceOn(error: YAMLParseError, text: string): Advice {
  const [start] = error.pos;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const stop = text.indexOf("\n", start);
  const line = text.slice(lineStart, stop < 0 ? undefined : stop);
  if (error.code === "DUPLICATE_KEY") {
    const key = keyAt(text, start);
    return { reason: `key "${key}" is there already`, hint: `keep one "${key}", or put its values together` };
  }
  if (error.code === "TAB_AS_INDENT" || /^ *\t/.test(line)) {
    return { reason: "a tab where spaces belong", hint: "indent with spaces, two for each level" };
  }
  if (/[[{,:] *\$\{/.test(line)) {
    return {
      reason: "a variable within { } or [ ] needs quotes",
      hint: `write "\${name}" with quotes, or the mapping on lines of its own`,
    };
  }
  return { reason: error.message.split("\n")[0] ?? "" };
}

/**
 * Reads all documents of a text, and everything that is wrong with it.
 *
 * @param file its name, for messages
 */
export async function parseText(text: string, file: string): Promise<ParsedText> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const source: Source = { file, text, lines };
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: true } as const;
  const json = readJsonText(text);
  if (json) {
    // Only places in the text need its tree, and only problems need places.
    let tree: Document | undefined;
    const origin: Origin = {
      source,
      path: "",
      get document() {
        return (tree ??= yaml.parseDocument(text, options) as unknown as Document);
      },
    };
    return { documents: [{ origin, data: json.data }], problems: [] };
  }
  const parsed = yaml.parseAllDocuments(text, options);
  const problems: Problem[] = [];
  const documents = (Array.isArray(parsed) ? (parsed as Document[]) : []).flatMap((document) => {
    for (const error of document.errors) {
      const { reason, hint } = adviceOn(error, text);
      const place = placeOf(
        source,
        error.pos[0],
        error.code === "DUPLICATE_KEY" ? error.pos[0] + keyAt(text, error.pos[0]).length : 0,
      );
      problems.push({
        ...problem("ERR_EMPTCP_YAML", "", { reason }, hint === undefined ? {} : { hint }),
        place,
      });
    }
    if (document.errors.length > 0) return [];
    return plainOf(yaml, document, source, problems);
  });
  // What follows the first error of a broken line is mostly its echo.
  const seen = new Set<string>();
  const first = problems.filter(({ place }) => {
    const key = String(place?.line);
    return !seen.has(key) && seen.add(key);
  });
  return { documents, problems: first };
}

function plainOf(yaml: Yaml, document: Document, source: Source, problems: Problem[]): PlainDocument[] {
  const origin = { source, document, path: "" };
  try {
    const data: unknown = document.toJS({ maxAliasCount: ALIASES });
    // A comment alone between two separators is no document.
    if (data === null && yaml.isScalar(document.contents) && document.contents.source === "") return [];
    return data === null && document.contents === null ? [] : [{ origin, data }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({
      ...problem("ERR_EMPTCP_YAML", "", { reason }),
      place: placeOf(source, document.range?.[0] ?? 0, 0),
    });
    return [];
  }
}
