/** A command line, before it is known which command it names. */
export interface Line {
  /** Flags in front of the command; they are read as if they stood behind it. */
  readonly before: readonly string[];
  /** The command and all that follows. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly verbose: boolean;
  readonly noColor: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** Flags with a value that may stand in front of the command. */
const WITH_VALUE = ["--pin-dir"];

/** Takes a command line apart. @param argv without node and script */
export function splitLine(argv: readonly string[]): Line {
  let index = 0;
  while (argv[index]?.startsWith("-")) index += WITH_VALUE.includes(argv[index] ?? "") ? 2 : 1;
  const before = argv.slice(0, index);
  const words = argv.slice(index);
  // What stands behind -- belongs to another command.
  const end = argv.indexOf("--");
  const flags = new Set(end < 0 ? argv : argv.slice(0, end));
  const help = flags.has("--help") || flags.has("-h");
  return {
    before,
    words,
    json: flags.has("--json"),
    verbose: flags.has("--verbose"),
    noColor: flags.has("--no-color"),
    help,
    version: words.length === 0 && before.some((word) => word === "--version" || word === "-v"),
  };
}
