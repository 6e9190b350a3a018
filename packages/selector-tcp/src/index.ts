import { defineSelector } from "@emptcp/core";

/**
 * Match TCP packets.
 *
 * @example
 * policy("all-tcp", { when: tcp(), chain: [record()] });
 */
export const tcp = defineSelector({
  root: new URL("..", import.meta.url),
  module: "tcp",
  symbol: "tcp",
  description: "Match TCP packets.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
});

export default tcp;
