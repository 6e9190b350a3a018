import { defineSelector } from "@emptcp/core";

/**
 * Match the packets of one TCP subflow by addresses and ports.
 *
 * @example
 * subflow({ local: "10.0.1.1:443", remote: "10.0.1.2:50000" })
 */
export const subflow = defineSelector({
  root: new URL("..", import.meta.url),
  module: "subflow",
  symbol: "subflow",
  aliases: ["tcp4"],
  description: "Match the packets of one TCP subflow by addresses and ports.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  ends: "endpoint",
});

export default subflow;
