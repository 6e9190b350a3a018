import type { PolicySet } from "@emptcp/core";

/** Where a set is attached, one text for each hook: `xdp eth0,eth1 (native)`. */
export function formatAttach({ attach }: Pick<PolicySet, "attach">): string[] {
  const lines: string[] = [];
  if (attach.xdp)
    lines.push(
      `xdp ${attach.xdp.interfaces.join(",")}${attach.xdp.mode === "auto" ? "" : ` (${attach.xdp.mode})`}`,
    );
  for (const hook of ["tc-ingress", "tc-egress"] as const) {
    const interfaces = attach[hook];
    if (interfaces) lines.push(`${hook} ${interfaces.join(",")}`);
  }
  return lines;
}
