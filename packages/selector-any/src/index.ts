import { defineSelector } from "@emptcp/core";

/**
 * Match every packet.
 *
 * @example
 * policy("all", { when: any(), chain: [record()] });
 */
export const any = defineSelector({
  root: new URL("..", import.meta.url),
  module: "any",
  symbol: "any",
  description: "Match every packet.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
});

export default any;
