import { defineSelector, prefix } from "@emptcp/core";

/**
 * Match IP packets by their source address.
 *
 * @example
 * src({ address: "10.0.1.0/24" })
 */
export const src = defineSelector({
  root: new URL("..", import.meta.url),
  module: "src",
  symbol: "src",
  description: "Match IP packets by their source address.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  params: {
    address: prefix({ description: "Address or prefix, IPv4 or IPv6." }),
  },
});

export default src;
