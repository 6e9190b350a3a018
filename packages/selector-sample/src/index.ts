import { defineSelector, fraction } from "@emptcp/core";

/**
 * Match one packet in N, or a fraction of the packets, at random.
 *
 * @example
 * sample({ fraction: "1/10" })
 */
export const sample = defineSelector({
  root: new URL("..", import.meta.url),
  module: "sample",
  symbol: "sample",
  description: "Match one packet in N, or a fraction of the packets, at random.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  params: {
    fraction: fraction({ description: "How many of the packets." }),
  },
});

export default sample;
