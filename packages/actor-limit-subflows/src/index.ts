import { defineActor, duration, enumOf, u8 } from "@emptcp/core";

/**
 * Keep an MPTCP connection to at most N subflows.
 *
 * @example
 * policy("one-each", { when: tcp(), chain: [limitSubflows({ max: 1, per: "interface" })] });
 */
export const limitSubflows = defineActor({
  root: new URL("..", import.meta.url),
  module: "limit-subflows",
  symbol: "limit_subflows",
  description:
    "Keep an MPTCP connection to at most N subflows, in all, on each interface or between each pair of addresses.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["change-header"],
  params: {
    max: u8({ description: "Most subflows, the first one included.", min: 1, max: 15, unit: "subflows" }),
    per: enumOf(["connection", "interface", "pair"], {
      description: "Of a connection in all, on each interface, or between each pair of addresses.",
      default: "connection",
    }),
    idle: duration({
      description: "A subflow without a packet for so long counts no longer.",
      default: "5m",
      min: "1s",
    }),
  },
});

export default limitSubflows;
