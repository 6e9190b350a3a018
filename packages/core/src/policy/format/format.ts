import { isDeepStrictEqual } from "node:util";
import type { Document, YAMLSeq } from "yaml";
import { fail, throwProblems } from "../../errors.js";
import { noPolicySet } from "../files/no-set.js";
import { parseText } from "../files/parse.js";
import { isObject } from "../reader.js";
import { Canonical, type Yaml } from "./tree.js";

const OPTIONS = {
  prettyErrors: false,
  uniqueKeys: true,
  intAsBigInt: true,
  keepSourceTokens: false,
} as const;

function documentsOf(yaml: Yaml, text: string): Document[] {
  const parsed = yaml.parseAllDocuments(text, OPTIONS);
  return Array.isArray(parsed) ? (parsed as Document[]) : [];
}

/** `[a, b]`, as everybody writes it; the library can only pad both kinds of brackets or none. */
function withoutPadding(yaml: Yaml, document: Document): void {
  yaml.visit(document, {
    Seq: (_, seq) => {
      if (seq.flow !== true) return;
      const { toString } = yaml.YAMLSeq.prototype;
      Object.defineProperty(seq, "toString", {
        value: (ctx?: object, ...rest: []) =>
          toString.call(seq as YAMLSeq, ctx && ({ ...ctx, flowCollectionPadding: "" } as never), ...rest),
      });
    },
  });
}

function print(yaml: Yaml, documents: readonly Document[]): string {
  const texts = documents.map((document) => {
    document.contents = new Canonical(yaml, document.contents).document(document.contents) as never;
    withoutPadding(yaml, document);
    if (document.directives) document.directives.docStart = null;
    return document.toString({ lineWidth: 0, indent: 2, nullStr: "" });
  });
  return texts.map((t) => (t.endsWith("\n") ? t : `${t}\n`)).join("---\n");
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON stays JSON: only its order and its indentation change. */
function printJson(yaml: Yaml, document: Document): string {
  const data: unknown = documentsOf(yaml, print(yaml, [document]))[0]?.toJS();
  const numbers = (_: string, v: unknown): unknown => (typeof v === "bigint" ? Number(v) : v);
  return `${JSON.stringify(data, numbers, 2)}\n`;
}

/** Comments of a text, in any order. */
function commentsOf(yaml: Yaml, text: string): string[] {
  const comments: string[] = [];
  let before = "";
  for (const token of new yaml.Lexer().lex(text)) {
    // \u001f says that a scalar follows.
    if (token.startsWith("#") && before !== "\u001f") comments.push(token.trimEnd());
    before = token;
  }
  return comments.sort();
}

/** Data with its short forms, wherever they may stand: equal texts of equal meaning become equal. */
function meaning(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(meaning);
  if (!isObject(data)) return data;
  const { kind, module, params, of, ...rest } = data;
  if (typeof module === "string" && typeof kind === "string" && Object.keys(rest).length === 0) {
    return meaning({ [module]: params ?? {} });
  }
  if (typeof kind === "string" && of !== undefined && Object.keys(rest).length === 0)
    return meaning({ [kind]: of });
  const entries = Object.entries(data);
  const [only] = entries;
  if (
    only &&
    entries.length === 1 &&
    (only[1] === null || (isObject(only[1]) && Object.keys(only[1]).length === 0))
  ) {
    return only[0];
  }
  return Object.fromEntries(
    entries.map(([k, v]) => [k, meaning(k === "attach" && isObject(v) ? asLists(v) : v)]),
  );
}

function asLists(attach: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(attach).map(([hook, v]) => [hook, typeof v === "string" ? [v] : v]),
  );
}

/** What a reader gets: data by meaning, and comments. */
function contentOf(yaml: Yaml, text: string): unknown {
  const data = documentsOf(yaml, text).map((d) => meaning(d.toJS({ maxAliasCount: 100 })));
  return { data, comments: commentsOf(yaml, text) };
}

/**
 * Writes a policy file in its canonical form: order of keys, indentation, quotes only where they are needed, short forms,
 * one line for what is short. Comments and empty lines stay. Its result is a fixed point.
 *
 * @param file its name, for messages
 * @throws ProblemsError with the places of what cannot be read, or when it holds nothing; ERR_EMPTCP_FORMAT when something would be lost
 */
export async function formatPolicyText(text: string, file: string): Promise<string> {
  const { documents: parsed, problems } = await parseText(text, file);
  throwProblems(parsed.length + problems.length > 0 ? problems : [noPolicySet(file, text)]);
  const yaml = await import("yaml");
  const documents = documentsOf(yaml, text);
  const [first] = documents;
  if (!first) return text;
  const result = isJson(text) ? printJson(yaml, first) : print(yaml, documents);
  if (!isDeepStrictEqual(contentOf(yaml, text), contentOf(yaml, result))) fail("ERR_EMPTCP_FORMAT", { file });
  return result;
}
