import type { Document } from "yaml";
import { fail, ProblemsError, type Problem } from "../errors.js";
import { readPolicySet } from "./normalise.js";
import { Reader } from "./reader.js";
import type { PolicySet } from "./types.js";

type Yaml = typeof import("yaml");

/** `sets[0].chain[1].x` as the keys that lead there. */
function keysOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map((m) =>
    m[1] === undefined ? (m[2] ?? "") : Number(m[1]),
  );
}

/** Offset in the text of the deepest node on the way to a path. */
function offsetOf(document: Document, path: string, yaml: Yaml): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of [...keysOf(path), undefined]) {
    const range = yaml.isNode(node) ? node.range : undefined;
    if (range) offset = range[0];
    if (key === undefined) break;
    if (yaml.isMap(node)) {
      const pair = node.items.find(
        (item) => yaml.isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (!pair) break;
      if (yaml.isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else if (yaml.isSeq(node) && typeof key === "number") {
      node = node.items[key];
    } else {
      break;
    }
  }
  return offset;
}

/**
 * Reads policy sets from the text of a file: one set, a list of them, or YAML documents with one each. JSON is
 * YAML, too.
 *
 * @param file its name, for messages
 * @throws ERR_EMPTCP_POLICY_FILE with line and column when it is no YAML, ProblemsError with
 * `file:line:column` before each message when it has the wrong shape
 */
export async function parsePolicyText(text: string, file: string): Promise<PolicySet[]> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const documents = yaml.parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const sets: PolicySet[] = [];
  const problems: Problem[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      fail("ERR_EMPTCP_POLICY_FILE", { file, line, column: col, reason: error.message }, { cause: error });
    }
    const input: unknown = plainOf(document, file);
    const items: readonly (readonly [unknown, string])[] = Array.isArray(input)
      ? input.map((item: unknown, i) => [item, `[${i}]`] as const)
      : [[input, ""]];
    for (const [item, path] of items) {
      const reader = new Reader();
      const set = readPolicySet(reader, item, path);
      if (set && reader.problems.length === 0) sets.push(set);
      for (const p of reader.problems) {
        const { line, col } = lines.linePos(offsetOf(document, p.path, yaml));
        problems.push({ ...p, message: `${file}:${line}:${col}: ${p.message}` });
      }
    }
  }
  if (problems.length > 0) throw new ProblemsError(problems);
  if (sets.length === 0)
    fail("ERR_EMPTCP_POLICY_FILE", { file, line: 1, column: 1, reason: "it holds no policy set" });
  return sets;
}

/** The document as plain data; aliases are limited so that a small file cannot become a large one. */
function plainOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail("ERR_EMPTCP_POLICY_FILE", { file, line: 1, column: 1, reason }, { cause: error });
  }
}
