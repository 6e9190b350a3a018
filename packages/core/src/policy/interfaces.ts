import type { Hook } from "../module/types.js";
import type { PolicySet } from "./types.js";

/** The interface patterns of a set on a hook; none when it is not attached there. */
export function patternsOf(set: Pick<PolicySet, "attach">, hook: Hook): readonly string[] {
  if (hook === "xdp") return set.attach.xdp?.interfaces ?? [];
  return set.attach[hook] ?? [];
}

/** `namespace/name` taken apart; no namespace means that of the process. */
export function splitInterface(text: string): { netns: string | undefined; name: string } {
  const slash = text.indexOf("/");
  return slash < 0
    ? { netns: undefined, name: text }
    : { netns: text.slice(0, slash), name: text.slice(slash + 1) };
}

const expressions = new Map<string, RegExp>();

function globMatches(glob: string, text: string): boolean {
  let expression = expressions.get(glob);
  if (!expression) {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*+/g, ".*")
      .replaceAll("?", ".");
    expression = new RegExp(`^${source}$`);
    expressions.set(glob, expression);
  }
  return expression.test(text);
}

/**
 * Whether a pattern means an interface. `*` stands for any characters, `?` for one; the loopback interface
 * has to be named.
 */
export function interfaceMatches(pattern: string, iface: string): boolean {
  const wanted = splitInterface(pattern);
  const got = splitInterface(iface);
  if ((wanted.netns === undefined) !== (got.netns === undefined)) return false;
  if (wanted.netns !== undefined && !globMatches(wanted.netns, got.netns ?? "")) return false;
  if (got.name === "lo" && wanted.name !== "lo") return false;
  return globMatches(wanted.name, got.name);
}
