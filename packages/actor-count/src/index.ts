import { defineActor, u32 } from "@emptcp/core";

/**
 * Count packets and bytes.
 *
 * @example
 * policy("to-cloud", { when: dst({ address: "198.51.100.0/24" }), chain: [count({ counter: 7 })] });
 */
export const count = defineActor({
  root: new URL("..", import.meta.url),
  module: "count",
  symbol: "count",
  description: "Count packets and bytes in numbered counters that outlive policies.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: [],
  params: {
    counter: u32({ description: "Which counter; steps with the same one add to it together.", default: 0 }),
  },
});

export default count;
