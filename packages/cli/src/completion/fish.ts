import type { CommandModel, FlagModel, Offer } from "./model.js";

const quote = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;

/** What stands behind -a, and whether files are offered too. */
function offered(offer: Offer): string {
  if ("words" in offer) return `-f -a ${quote(offer.words.join(" "))}`;
  if ("ask" in offer) return `-f -a '(__emptcp_ask ${offer.ask})'`;
  if (!("shell" in offer)) return "-f";
  if (offer.shell === "file") return "-F";
  return offer.shell === "directory"
    ? `-f -a '(__fish_complete_directories)'`
    : `-f -a '(complete -C (commandline -ct))'`;
}

function flagLine(path: string, { name, alias, description, value }: FlagModel): string {
  const short = alias === undefined ? "" : ` -s ${alias}`;
  const takes = value ? ` -r ${offered(value)}` : "";
  return `complete -c emptcp -n ${quote(`__emptcp_at ${quote(path)}`)} -l ${name}${short} -d ${quote(description)}${takes}`;
}

function lines({ path, subcommands, flags, positionals }: CommandModel): string[] {
  const at = (condition: string): string => `complete -c emptcp -n ${quote(condition)}`;
  return [
    ...subcommands.map(
      ({ name, summary }) => `${at(`__emptcp_at ${quote(path)}`)} -f -a ${name} -d ${quote(summary)}`,
    ),
    ...positionals.map(
      ({ offer, variadic }, i) =>
        `${at(`__emptcp_at ${quote(path)} ${i}${variadic ? " more" : ""}`)} ${offered(offer)}`,
    ),
    ...flags.map((flag) => flagLine(path, flag)),
  ];
}

/** Words that lead to a place, and flags whose next word is their value. */
function facts(models: readonly CommandModel[]): string {
  const valued = new Set(
    models.flatMap(({ flags }) =>
      flags.flatMap(({ name, alias, value }) =>
        value ? [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])] : [],
      ),
    ),
  );
  const paths = models.map(({ path }) => quote(path)).join(" ");
  return `set -g __emptcp_paths ${paths}\nset -g __emptcp_valued ${[...valued].join(" ")}`;
}

/** The completion script for fish 3. */
export function fishScript(models: readonly CommandModel[]): string {
  return `# Completions of emptcp for fish: emptcp completion fish | source

${facts(models)}

# Whether the line stands at a place in the tree of commands; with a number: before the word of that number behind it.
function __emptcp_at
    set -l tokens (commandline -opc)
    set -l path
    set -l count 0
    set -l skip 0
    set -l all 0
    for token in $tokens[2..]
        if test $skip = 1
            set skip 0
        else if test $all = 1
            set count (math $count + 1)
        else if test "$token" = --
            set all 1
        else if string match -q -- '-*' $token
            contains -- $token $__emptcp_valued; and set skip 1
        else if contains -- (string join ' ' $path $token) $__emptcp_paths
            set -a path $token
            set count 0
        else
            set count (math $count + 1)
        end
    end
    test "$path" = "$argv[1]"; or return 1
    switch (count $argv)
        case 1
            return 0
        case 2
            test $count = $argv[2]
        case '*'
            test $count -ge $argv[2]
    end
end

# Values that emptcp knows when it is asked.
function __emptcp_ask
    set -l tokens (commandline -opc)
    $tokens[1] __complete $argv[1] -- $tokens[2..] 2>/dev/null
end

complete -c emptcp -e
complete -c emptcp -f
${models.flatMap(lines).join("\n")}
`;
}
