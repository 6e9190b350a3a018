import { isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from "yaml";

/** A place in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** `policies[0].when.port` as the keys that lead there. */
function keysOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter((key) => key !== "");
}

/** Offset of the deepest node of the text on the way to a path. */
function offsetOf(root: unknown, keys: readonly string[]): number {
  let node = root;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (!pair) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}

/** The sets of a document: its list's items, or the document itself. */
function rootsOf(document: Document): unknown[] {
  return isSeq(document.contents) ? document.contents.items : [document.contents];
}

/**
 * Finds the places of problems in the text of a policy file.
 * @param text what parsePolicyText took without an error
 * @returns the place of a path within the set of that number, in the order of the file
 */
export function locator(text: string): (set: number, path: string) => Place | undefined {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const roots = (Array.isArray(documents) ? documents : []).flatMap((document) =>
    rootsOf(document as unknown as Document),
  );
  return (set, path) => {
    const root = roots[set];
    if (!isNode(root)) return undefined;
    const { line, col } = lines.linePos(offsetOf(root, keysOf(path)));
    return { line, column: col };
  };
}
