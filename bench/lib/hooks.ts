/** Hooks that the bench measures; tc-egress costs what tc-ingress does. */
export const HOOKS = ["xdp", "tc-ingress"] as const;
export type BenchHook = (typeof HOOKS)[number];
