/**
 * Commands that a text sends people to and that do not exist.
 *
 * @param text with command lines in backticks
 * @param names every command, subcommands with their group
 */
export function strangers(text: string, names: readonly string[]): string[] {
  return [...text.matchAll(/`emptcp ([a-z]+)(?: ([a-z]+))?/g)].flatMap(([, first = "", second = ""]) => {
    if (first === "help") return [];
    const group = names.some((name) => name.startsWith(`${first} `));
    const known = group && second !== "" ? `${first} ${second}` : first;
    return names.includes(known) ? [] : [known];
  });
}
