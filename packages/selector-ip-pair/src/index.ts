import { defineSelector } from "@emptcp/core";

/**
 * Match IP packets by their two addresses.
 *
 * @example
 * ipPair({ local: "10.0.1.1", remote: "10.0.2.0/24" })
 */
export const ipPair = defineSelector({
  root: new URL("..", import.meta.url),
  module: "ip-pair",
  symbol: "ip_pair",
  aliases: ["tcp2", "ip_pair"],
  description: "Match IP packets by their two addresses.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  ends: "address",
});

export default ipPair;
