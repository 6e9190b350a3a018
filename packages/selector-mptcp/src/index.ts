import { defineSelector } from "@emptcp/core";

/**
 * Match the packets of MPTCP connections.
 *
 * @example
 * policy("watch-mptcp", { when: mptcp(), chain: [record()] });
 */
export const mptcp = defineSelector({
  root: new URL("..", import.meta.url),
  module: "mptcp",
  symbol: "mptcp",
  description: "Match the packets of MPTCP connections.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
});

export default mptcp;
