import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { closest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

type Options = NonNullable<Parameters<typeof parseArgs>[0]>["options"];

function optionsOf(args: ArgsDef): NonNullable<Options> {
  const options: NonNullable<Options> = {};
  for (const [name, arg] of Object.entries(args)) {
    if (arg.type === "positional") continue;
    const short =
      "alias" in arg && typeof arg.alias === "string" && arg.alias.length === 1 ? { short: arg.alias } : {};
    options[name] = { type: arg.type === "boolean" ? "boolean" : "string", ...short };
  }
  return options;
}

/**
 * Refuses what citty lets pass: unknown flags, flags without their value, surplus arguments.
 *
 * @param command name for messages
 * @param args the command's arguments; a positional "files" or "command" takes any number
 * @throws UsageError
 */
export function checkArgs(command: string, args: ArgsDef, rawArgs: readonly string[]): void {
  const options = optionsOf(args);
  const { tokens } = parseArgs({
    args: [...rawArgs],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const positionals = Object.entries(args).filter(([, arg]) => arg.type === "positional");
  const hint = `see \`emptcp ${command} --help\``;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) {
      const near = closest(token.name, Object.keys(options));
      throw new UsageError(
        `read arguments: ${command} has no flag ${token.rawName}`,
        near ? `did you mean --${near}?` : hint,
      );
    }
    if (option.type === "string" && (token.value === undefined || token.value === "")) {
      throw new UsageError(`read arguments: ${token.rawName} needs a value`, `write ${token.rawName}=VALUE`);
    }
    if (option.type === "boolean" && token.value !== undefined) {
      throw new UsageError(`read arguments: ${token.rawName} takes no value, got "${token.value}"`, hint);
    }
  }
  const given = tokens.filter((token) => token.kind === "positional").map((token) => token.value);
  const missing = positionals
    .slice(given.length)
    .find(([, arg]) => arg.required !== false && arg.default === undefined);
  if (missing) throw new UsageError(`read arguments: ${command} needs ${missing[0].toUpperCase()}`, hint);
  if (
    given.length > positionals.length &&
    !positionals.some(([name]) => name === "files" || name === "command")
  ) {
    throw new UsageError(
      `read arguments: "${given[positionals.length]}" is one argument too many for ${command}`,
      hint,
    );
  }
}
