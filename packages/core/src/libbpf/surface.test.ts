import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const entry = join(import.meta.dirname, "index.ts");
const program = ts.createProgram([entry], {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  noLib: true,
  types: [],
});
const checker = program.getTypeChecker();

function exported(): { readonly name: string; readonly symbol: ts.Symbol }[] {
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${entry} exports nothing`);
  return checker.getExportsOfModule(module).map((s) => ({
    name: s.name,
    symbol: s.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(s) : s,
  }));
}

const documented = (symbol: ts.Symbol): boolean => symbol.getDocumentationComment(checker).length > 0;
/** Members that say it by their names. */
const PLAIN = new Set(["name", "close", "__constructor"]);

describe("@emptcp/core/libbpf", () => {
  const all = exported();

  it("exports what it promises; a change here is a change of the public interface", () => {
    expect(all.map((e) => e.name).sort()).toMatchSnapshot();
  });

  it("has a comment on every export", () => {
    expect(all.filter(({ symbol }) => !documented(symbol)).map((e) => e.name)).toEqual([]);
  });

  it("has a comment on every member of its classes", () => {
    const bare = all.flatMap(({ name, symbol }) =>
      [...(symbol.flags & ts.SymbolFlags.Class ? (symbol.members ?? []) : [])].flatMap(([key, member]) => {
        const own = String(key);
        const hidden = own.startsWith("__#") || own.startsWith("__@") || PLAIN.has(own);
        return hidden || documented(member) ? [] : [`${name}.${own}`];
      }),
    );
    expect(bare).toEqual([]);
  });
});
