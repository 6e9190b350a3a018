/** A line of C that the verifier was at. */
export interface SourceLine {
  /** File name without directory; absent before Linux 6.10. */
  readonly file?: string;
  readonly line?: number;
  /** The C text; empty where the object does not have it. */
  readonly text: string;
}

/** What a verifier log tells, taken apart. */
export interface VerifierLog {
  /** The lines that say what is wrong, in the kernel's words. */
  readonly telling: readonly string[];
  /** Lines that are not shown. */
  readonly omitted: number;
  /** The last line of the module's own C file before the complaint. */
  readonly source?: SourceLine;
  /** The line of a header that was inlined there, when the complaint is about that. */
  readonly within?: SourceLine;
  /** Where a resource was taken that is never given back. */
  readonly taken?: SourceLine;
}

const NOISE =
  /^(processed \d+ insns|verification time|stack depth|max_states|insns_processed|(cur|old) state:)/;
/** A register state or an instruction: no sentence of the verifier. */
const STATE = /^(R\d+(_\w)?=|\d+: (\(|R\d|safe)|from \d+ to \d+)/;
/** Lines that mean little without the one before: what refers back to an instruction or an access. */
const FRAGMENT = /^(\s|R\d|[a-z]+ \d+ type=|math between|arg#|\(.*\)$|tail_call would lead)/;
const SOURCE = /^; (.*?)(?: @ ([^@\s]+):(\d+))?$/;

function sourceOf(line: string): SourceLine | undefined {
  const found = SOURCE.exec(line);
  if (!found) return undefined;
  const [, text = "", file, number] = found;
  const place = file === undefined ? {} : { file, line: Number(number) };
  return { ...place, text: text.replace(/\s*\/\*.*?\*\/\s*$/, "").trim() };
}

/** Line 0 stands for code that the compiler made up. */
const isReal = ({ line, text }: SourceLine): boolean => line !== 0 && (line !== undefined || text !== "");

function lastSource(lines: readonly string[], wanted: (source: SourceLine) => boolean) {
  for (const line of [...lines].reverse()) {
    const source = line.startsWith("; ") ? sourceOf(line) : undefined;
    if (source && isReal(source) && wanted(source)) return source;
  }
  return undefined;
}

const isOwn = ({ file }: SourceLine): boolean => file === undefined || !file.endsWith(".h");

/** The line that was verified when instruction `index` was. */
function sourceAt(lines: readonly string[], index: string): SourceLine | undefined {
  const at = lines.findIndex((line) => line.startsWith(`${index}: `));
  return at < 0 ? undefined : lastSource(lines.slice(0, at), isOwn);
}

/** Takes a verifier log apart: the last sentence, with the one before when it makes no sense alone, and where it was. */
export function readVerifierLog(log: string): VerifierLog {
  const lines = log
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "");
  let end = lines.length;
  while (end > 0 && NOISE.test(lines[end - 1] ?? "")) end--;
  const all = lines.slice(0, end);
  // After an endless loop the log goes on with the states that are the same.
  const until = all.findLastIndex((line) => !STATE.test(line)) + 1 || all.length;
  const last = all[until - 1];
  if (last === undefined) return { telling: [], omitted: 0 };
  const count = FRAGMENT.test(last) && until > 1 ? 2 : 1;
  const telling = all.slice(until - count, until).map((line) => line.trim());
  const before = all.slice(0, until - count);
  const source = lastSource(before, isOwn);
  const nearest = lastSource(before, () => true);
  const taken = /alloc_insn=(\d+)/.exec(telling.join(" "))?.[1];
  const where = taken === undefined ? undefined : sourceAt(all, taken);
  return {
    telling,
    omitted: all.length - count,
    ...(source && { source }),
    ...(nearest && source && !isOwn(nearest) && { within: nearest }),
    ...(where && { taken: where }),
  };
}
