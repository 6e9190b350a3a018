import ts from "typescript";

/** What src/index.ts says, read without running it. */
export interface Definition {
  /** Name of the exported constant. */
  readonly exported: string;
  /** `defineActor` or `defineSelector`. */
  readonly call: string;
  readonly module: string | undefined;
  readonly symbol: string | undefined;
  readonly description: string | undefined;
}

/** Finds `export const x = defineActor({ … })` or `defineSelector`; undefined when there is none. */
export function readDefinition(source: string): Definition | undefined {
  const file = ts.createSourceFile("index.ts", source, ts.ScriptTarget.Latest);
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement) || !isExported(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const found = initializer === undefined ? undefined : definitionCall(initializer);
      if (found !== undefined && ts.isIdentifier(name)) return { exported: name.text, ...found };
    }
  }
  return undefined;
}

const isExported = (statement: ts.VariableStatement): boolean =>
  statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

function definitionCall(node: ts.Expression): Omit<Definition, "exported"> | undefined {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const call = node.expression.text;
  const [argument] = node.arguments;
  if (!/^define(Actor|Selector)$/.test(call) || argument === undefined) return undefined;
  if (!ts.isObjectLiteralExpression(argument)) return undefined;
  const value = (name: string): string | undefined => stringProperty(argument, name);
  return { call, module: value("module"), symbol: value("symbol"), description: value("description") };
}

function stringProperty(object: ts.ObjectLiteralExpression, name: string): string | undefined {
  for (const property of object.properties) {
    if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.name) && property.name.text === name)
      return joined(property.initializer);
  }
  return undefined;
}

/** A string literal, or several joined by `+`. */
function joined(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isBinaryExpression(node)) return undefined;
  const [left, right] = [joined(node.left), joined(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}
