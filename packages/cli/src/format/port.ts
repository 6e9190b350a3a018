import type { PortRecord } from "@emptcp/core";

/** An attachment: `tc-ingress ue/eth0 (tcx)`. */
export function portText({ hook, netns, name, attached }: PortRecord): string {
  return `${hook} ${netns === undefined ? "" : `${netns}/`}${name} (${attached})`;
}
