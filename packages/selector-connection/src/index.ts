import { defineSelector, listOf, token } from "@emptcp/core";

/**
 * Match the packets of MPTCP connections by token: all subflows, known and later ones.
 *
 * @example
 * connection({ token: ["8f1c2a3b"] })
 */
export const connection = defineSelector({
  root: new URL("..", import.meta.url),
  module: "connection",
  symbol: "connection",
  description: "Match the packets of MPTCP connections by token: all subflows, known and later ones.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  params: {
    token: listOf(token({ description: "Token of either host." }), {
      description: "Tokens of connections, either host's, of which one must fit.",
      length: 64,
    }),
  },
});

export default connection;
