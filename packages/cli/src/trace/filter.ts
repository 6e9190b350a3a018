import { parsePorts, parsePrefix, type TraceEnd, type TraceFilter } from "@emptcp/core";
import { UsageError, type UsageProblem } from "../usage-error.js";

const PROTOCOLS = ["tcp", "udp", "icmp"] as const;
const END_HINT =
  "write ADDRESS, ADDRESS:PORT, :PORT, or [ADDRESS]:PORT for IPv6; a prefix or a range of ports does, too";

/** Splits `10.0.0.0/8:443`, `[fd00::1]:443`, `:8000-8100`, `fd00::1` into address and port. */
function splitEnd(word: string): { address: string; port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(word);
  if (bracketed) return { address: bracketed[1] ?? "", port: bracketed[2] };
  const colons = word.split(":").length - 1;
  // More than one colon, and it does not begin with the only one of a port: IPv6 without a port.
  if (colons !== 1) return { address: word, port: undefined };
  const at = word.indexOf(":");
  return { address: word.slice(0, at), port: word.slice(at + 1) };
}

function readEnd(word: string, problems: UsageProblem[]): TraceEnd & { readonly family?: 4 | 6 } {
  const { address, port } = splitEnd(word);
  const prefix = address === "" ? undefined : parsePrefix(address);
  const ranges = port === undefined ? undefined : parsePorts(port);
  if (
    (address !== "" && !prefix) ||
    (port !== undefined && !ranges) ||
    (address === "" && port === undefined)
  ) {
    const hint = /^\d+(-\d+)?$/.test(word) ? `a port is written :${word}; ${END_HINT}` : END_HINT;
    problems.push({ message: `"${word}" is no address or port`, hint });
  } else if (ranges && ranges.length > 1) {
    problems.push({
      message: `"${word}" has several ports`,
      hint: "one port or one range of ports can be traced: :8000-8100",
    });
  }
  return {
    ...(prefix && { address, family: prefix.family }),
    ...(ranges && port !== undefined && { port }),
  };
}

/** What a word after `proto` means. */
function readNumber(word: string | undefined, problems: UsageProblem[]): number | undefined {
  const value = Number(word);
  if (word !== undefined && /^\d{1,3}$/.test(word) && value <= 255) return value;
  problems.push({
    message: `proto is "${word ?? ""}"`,
    hint: "it is the number of an IP protocol, 0 to 255",
  });
  return undefined;
}

interface Words {
  proto?: TraceFilter["proto"];
  from?: string;
  to?: string;
  readonly ends: string[];
}

function sortWords(words: readonly string[], problems: UsageProblem[]): Words {
  const found: Words = { ends: [] };
  const once = (what: "proto" | "from" | "to", value: string | number | undefined): void => {
    if (found[what] !== undefined) problems.push({ message: `${what} is given twice`, hint: "give it once" });
    else if (value !== undefined) Object.assign(found, { [what]: value });
    else if (what !== "proto") problems.push({ message: `${what} has nothing after it`, hint: END_HINT });
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if ((PROTOCOLS as readonly string[]).includes(word)) once("proto", word);
    else if (word === "proto") once("proto", readNumber(words[++i], problems));
    else if (word === "from" || word === "to") once(word, words[++i]);
    else found.ends.push(word);
  }
  return found;
}

/**
 * Reads the filter of `emptcp trace`: `[tcp|udp|icmp|proto N] [END [END] | from END | to END | from END to END]`, where an END is
 * `ADDRESS`, `ADDRESS:PORT` or `:PORT`. No words match every packet.
 *
 * @throws UsageError with everything that is wrong
 */
export function parseFilter(words: readonly string[]): TraceFilter {
  const problems: UsageProblem[] = [];
  const { proto, from, to, ends } = sortWords(words, problems);
  const directed = from !== undefined || to !== undefined;
  if (directed && ends.length > 0)
    problems.push({
      message: `"${ends[0]}" stands beside from or to`,
      hint: "write from A to B, or A B for both directions",
    });
  if (ends.length > 2)
    problems.push({ message: `"${ends[2]}" is a third end`, hint: "a packet has two ends" });
  const read = (word: string | undefined): ReturnType<typeof readEnd> | undefined =>
    word === undefined ? undefined : readEnd(word, problems);
  const [a, b] = directed ? [read(from), read(to)] : [read(ends[0]), read(ends[1])];
  if (a?.family && b?.family && a.family !== b.family)
    problems.push({
      message: "one end is IPv4, the other IPv6",
      hint: "both ends of a packet are of one family",
    });
  const ported = a?.port !== undefined || b?.port !== undefined;
  if (ported && proto !== undefined && proto !== "tcp" && proto !== "udp" && proto !== 6 && proto !== 17)
    problems.push({ message: `${proto} has no ports`, hint: "leave the port away, or trace tcp or udp" });
  if (problems.length > 0) throw UsageError.of(problems, "see `emptcp trace --help`");
  const plain = (end: typeof a): TraceEnd | undefined => {
    if (!end) return undefined;
    const { family: _, ...rest } = end;
    return rest;
  };
  const [endA, endB] = [plain(a), plain(b)];
  return {
    ...(proto !== undefined && { proto }),
    ...(endA && { a: endA }),
    ...(endB && { b: endB }),
    ...(directed && { direction: "a-to-b" as const }),
  };
}
