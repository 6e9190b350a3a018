import type { CommandModel, Offer } from "./model.js";

/** One word that says what is offered: see `_emptcp_offer` in the script. */
function code(offer: Offer): string {
  if ("words" in offer) return `=${offer.words.join(",")}`;
  if ("shell" in offer) return `:${offer.shell}`;
  return "ask" in offer ? `@${offer.ask}` : "-";
}

function place({ path, subcommands, flags, positionals }: CommandModel): string {
  const names = flags.flatMap(({ name, alias }) => [
    `--${name}`,
    ...(alias === undefined ? [] : [`-${alias}`]),
  ]);
  const valued = flags.flatMap(({ name, alias, value }) =>
    value ? [`--${name}${code(value)}`, ...(alias === undefined ? [] : [`-${alias}${code(value)}`])] : [],
  );
  const words = positionals.map(({ offer, variadic }) => `${code(offer)}${variadic ? "+" : ""}`);
  return [
    `\t"${path}")`,
    `\t\tsubs="${subcommands.map(({ name }) => name).join(" ")}"`,
    `\t\tflags="${names.join(" ")}"`,
    `\t\tvalued="${valued.join(" ")}"`,
    `\t\tplaces="${words.join(" ")}" ;;`,
  ].join("\n");
}

/** The completion script for bash 4 and newer; it needs no other package. */
export function bashScript(models: readonly CommandModel[]): string {
  return `# Completions of emptcp for bash: eval "$(emptcp completion bash)"

# What there is at a place in the tree of commands: subcommands, flags, values of flags, and words.
_emptcp_place() {
	case $1 in
${models.map(place).join("\n")}
	*) return 1 ;;
	esac
}

# Offers what a code stands for: =given,words  :file  @what emptcp is asked for.
_emptcp_offer() {
	local code=\${1%+} IFS=$'\\n'
	case $code in
	=*) COMPREPLY=($(compgen -W "\${code//[=,]/$'\\n'}" -- "$cur")) ;;
	:file) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")) ;;
	:directory) compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur")) ;;
	:program) COMPREPLY=($(compgen -c -- "$cur")) ;;
	@*)
		# Names of interfaces come from anybody, and compgen -W would run a $(command) in them.
		while read -r REPLY; do
			[[ $REPLY == "$cur"* ]] && COMPREPLY+=("$(printf %q "$REPLY")")
		done < <("\${COMP_WORDS[0]}" __complete "\${code#@}" -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null) ;;
	esac
}

# The code of a flag's value; fails when the flag has none.
_emptcp_value() {
	local entry
	for entry in $valued; do
		[[ $entry == "$1"[=:@]* || $entry == "$1-" ]] || continue
		REPLY=\${entry#"$1"}
		return 0
	done
	return 1
}

_emptcp() {
	local cur=\${COMP_WORDS[COMP_CWORD]} path="" subs flags valued places word REPLY
	local -i at=0 i words_only=0
	COMPREPLY=()
	_emptcp_place ""
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=\${COMP_WORDS[i]}
		if ((words_only)); then
			at+=1
		elif [[ $word == -- ]]; then
			words_only=1
		elif [[ $word == -* ]]; then
			# bash takes --flag=value for three words
			[[ \${COMP_WORDS[i + 1]-} == "=" ]] && i+=1
			if _emptcp_value "$word"; then
				((i + 1 >= COMP_CWORD)) && { [[ $cur == "=" ]] && cur=""; _emptcp_offer "$REPLY"; return; }
				i+=1
			fi
		elif [[ " $subs " == *" $word "* ]]; then
			path=\${path:+$path }$word
			_emptcp_place "$path" || return
			at=0
		else
			at+=1
		fi
	done
	if [[ $cur == -* ]] && ((!words_only)); then
		COMPREPLY=($(compgen -W "$flags" -- "$cur"))
		return
	fi
	if [[ -n $subs ]]; then
		COMPREPLY=($(compgen -W "$subs" -- "$cur"))
		return
	fi
	local -a list=($places)
	local last=\${list[*]: -1}
	if ((at < \${#list[@]})); then
		_emptcp_offer "\${list[at]}"
	elif [[ $last == *+ ]]; then
		_emptcp_offer "$last"
	fi
}

complete -F _emptcp emptcp
`;
}
