import type { Hook } from "@emptcp/core";

/** What became of a packet. */
export type Verdict = "pass" | "drop" | "redirect" | "tx" | "aborted" | `unknown (${number})`;

// enum xdp_action and TC_ACT_* of the Linux user-space headers.
const XDP: Readonly<Record<number, Verdict>> = { 0: "aborted", 1: "drop", 2: "pass", 3: "tx", 4: "redirect" };
const TC: Readonly<Record<number, Verdict>> = { [-1]: "pass", 0: "pass", 2: "drop", 7: "redirect" };

/** Names the number that a program returned. @param retval signed or unsigned 32-bit number */
export function verdictOf(hook: Hook, retval: number): Verdict {
  const signed = retval | 0;
  return (hook === "xdp" ? XDP : TC)[signed] ?? `unknown (${signed})`;
}
