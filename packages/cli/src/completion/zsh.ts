import type { CommandModel, FlagModel, Offer } from "./model.js";

/** Text inside single quotes of a specification of `_arguments`, where brackets and colons have a meaning. */
const quote = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
const name = (path: string): string => `_emptcp_${path.replaceAll(/[ -]/g, "_")}`;

function action(offer: Offer): string {
  if ("words" in offer) return `(${offer.words.join(" ")})`;
  if ("ask" in offer) return `{_emptcp_ask ${offer.ask}}`;
  if (!("shell" in offer)) return " ";
  return { file: "_files", directory: "_files -/", program: "_command_names -e" }[offer.shell];
}

function flagSpec({ name: flag, alias, description, value, word, repeats }: FlagModel): string {
  const spec = `[${quote(description)}]${value ? `:${quote(word)}:${action(value)}` : ""}`;
  const long = `--${flag}${value ? "=" : ""}`;
  if (alias === undefined) return `'${repeats ? "*" : ""}${long}${spec}'`;
  const one = `{-${alias}${value ? "+" : ""},${long}}`;
  return repeats ? `'*'${one}'${spec}'` : `'(-${alias} --${flag})'${one}'${spec}'`;
}

function words({ positionals }: CommandModel): string[] {
  return positionals.map(
    ({ word, offer, variadic }, i) => `'${variadic ? "*" : i + 1}:${quote(word)}:${action(offer)}'`,
  );
}

function leaf(model: CommandModel): string {
  const specs = [...model.flags.map(flagSpec), ...words(model)];
  return `${name(model.path)}() {\n\t_arguments -s -S ${specs.map((spec) => `\\\n\t\t${spec}`).join(" ")}\n}`;
}

function branch(model: CommandModel): string {
  const list = model.subcommands.map(({ name: sub, summary }) => `\t\t'${sub}:${quote(summary)}'`).join("\n");
  const cases = model.subcommands
    .map(({ name: sub }) => `\t${sub}) ${name(`${model.path} ${sub}`.trim())} ;;`)
    .join("\n");
  return `${name(model.path)}() {
	local curcontext=$curcontext state line
	local -a commands=(
${list}
	)
	_arguments -C ${model.flags.map((flag) => `\\\n\t\t${flagSpec(flag)}`).join(" ")} \\
		'1:command:->command' '*::argument:->argument' && return
	if [[ $state == command ]]; then
		_describe -t commands command commands
		return
	fi
	[[ $state == argument ]] || return 1
	case $line[1] in
${cases}
	esac
}`;
}

/** The completion script for zsh: a function file for `fpath`, which may be sourced as well. */
export function zshScript(models: readonly CommandModel[]): string {
  const functions = models.map((model) => (model.subcommands.length > 0 ? branch(model) : leaf(model)));
  return `#compdef emptcp
# Completions of emptcp for zsh: source <(emptcp completion zsh), or as a file _emptcp in a directory of fpath.

# Values that emptcp knows when it is asked.
_emptcp_ask() {
	local -a values=(\${(f)"$(_call_program values $_emptcp_bin __complete $1 -- \${(q)_emptcp_words} 2>/dev/null)"})
	_describe -t values $1 values
}

${functions.join("\n\n")}

_emptcp_start() {
	local _emptcp_bin=$words[1]
	local -a _emptcp_words=(\${words[2,CURRENT-1]})
	_emptcp_
}

if [[ $funcstack[1] == _emptcp ]]; then
	_emptcp_start
else
	compdef _emptcp_start emptcp
fi
`;
}
