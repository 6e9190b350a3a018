import type { Document, LineCounter, Node } from "yaml";
import type { Place } from "../../errors.js";

type Yaml = typeof import("yaml");

/** A text that documents were read from. */
export interface Source {
  /** Its name, for messages. */
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

/** Part of the tree of a document, and where it comes from. */
export interface Origin {
  readonly source: Source;
  readonly document: Document;
  /** Path within the document: `""`, or `[2]` for an item of a list. */
  readonly path: string;
}

const LONGEST_LINE = 400;

/** The place of a range of offsets; only its first line counts. */
export function placeOf(source: Source, start: number, end: number): Place {
  const { line, col } = source.lines.linePos(start);
  const begin = start - (col - 1);
  const stop = source.text.indexOf("\n", begin);
  const text = source.text.slice(begin, stop < 0 ? undefined : stop).replace(/\r$/, "");
  const length = Math.max(1, Math.min(end - start, text.length - (col - 1)));
  return { file: source.file, line, column: col, length, text: text.slice(0, LONGEST_LINE) };
}

const isBoundary = (c: string): boolean => c === "" || c === "." || c === "[";

/** The pair of a mapping that a path goes through; keys may hold dots, so the longest one wins. */
function pairOn(
  yaml: Yaml,
  map: Node,
  path: string,
): { key: Node; value: unknown; rest: string } | undefined {
  if (!yaml.isMap(map)) return undefined;
  let best: { key: Node; value: unknown; rest: string; length: number } | undefined;
  for (const { key, value } of map.items) {
    if (!yaml.isScalar(key)) continue;
    const name = String(key.value);
    if (!path.startsWith(name) || !isBoundary(path.charAt(name.length))) continue;
    if (best && best.length >= name.length) continue;
    best = { key, value, rest: path.slice(name.length).replace(/^\./, ""), length: name.length };
  }
  return best;
}

/**
 * Finds where a path stands, as deep as the text goes.
 *
 * @param atKey true: the last key itself is meant, not its value
 */
export function locate(yaml: Yaml, origin: Origin, path: string, atKey = false): Place {
  const { source, document } = origin;
  let node: unknown = document.contents;
  let range: readonly number[] = yaml.isNode(node) && node.range ? node.range : [0, 0];
  let rest = path === "" || path.startsWith("[") ? `${origin.path}${path}` : `${origin.path}.${path}`;
  rest = rest.replace(/^\./, "");
  for (;;) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    const item = /^\[(\d+)\]\.?/.exec(rest);
    if (item && yaml.isSeq(node)) {
      node = node.items[Number(item[1])];
      rest = rest.slice(item[0].length);
      if (yaml.isNode(node) && node.range) range = node.range;
      else break;
    } else {
      const pair = yaml.isNode(node) ? pairOn(yaml, node, rest) : undefined;
      if (!pair) break;
      range = pair.key.range ?? range;
      ({ value: node, rest } = pair);
      const isValue = rest === "" && !atKey && yaml.isScalar(node) && node.source !== "";
      if (isValue && yaml.isNode(node) && node.range) range = node.range;
    }
    if (rest === "") break;
  }
  return placeOf(source, range[0] ?? 0, isScalarRange(range) ? (range[1] ?? 0) : 0);
}

const isScalarRange = (range: readonly number[]): boolean => (range[1] ?? 0) > (range[0] ?? 0);
