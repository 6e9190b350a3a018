import { defineSelector, prefix } from "@emptcp/core";

/**
 * Match IP packets by their destination address.
 *
 * @example
 * dst({ address: "10.0.1.0/24" })
 */
export const dst = defineSelector({
  root: new URL("..", import.meta.url),
  module: "dst",
  symbol: "dst",
  description: "Match IP packets by their destination address.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  params: {
    address: prefix({ description: "Address or prefix, IPv4 or IPv6." }),
  },
});

export default dst;
