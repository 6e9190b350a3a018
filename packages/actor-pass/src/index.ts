import { defineActor } from "@emptcp/core";

/**
 * Hand every packet on as it is.
 *
 * @example
 * policy("seen", { when: any(), chain: [pass()] });
 */
export const pass = defineActor({
  root: new URL("..", import.meta.url),
  module: "pass",
  symbol: "pass",
  description: "Hand every packet on as it is.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: [],
});

export default pass;
