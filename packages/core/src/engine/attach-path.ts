import type { EmptcpError } from "../errors.js";
import { HOOKS } from "../module/types.js";
import type { PolicySet } from "../policy/types.js";

/**
 * Where sets name the interface or the namespace that an error is about.
 *
 * @returns e.g. `attach.tc-egress[0]`, with `sets[i].` before it when there are several; `attach` when it is not found
 */
export function attachPath(sets: readonly PolicySet[], { details }: Pick<EmptcpError, "details">): string {
  const { interface: name, namespace } = details;
  const isMeant = (text: string): boolean =>
    text === name || (typeof namespace === "string" && text.startsWith(`${namespace}/`));
  for (const [i, set] of sets.entries()) {
    for (const hook of HOOKS) {
      const attach = set.attach[hook];
      const list = attach === undefined ? [] : "interfaces" in attach ? attach.interfaces : attach;
      const at = list.findIndex(isMeant);
      if (at < 0) continue;
      return `${sets.length > 1 ? `sets[${i}].` : ""}attach.${hook}[${at}]`;
    }
  }
  return "attach";
}
