import { defineActor } from "@emptcp/core";

/**
 * Record packets, bytes and round-trip times of each subflow.
 *
 * @example
 * policy("watch", { when: tcp(), chain: [record()] });
 */
export const record = defineActor({
  root: new URL("..", import.meta.url),
  module: "record",
  symbol: "record",
  description: "Record packets, bytes and round-trip times of each subflow.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: [],
});

export default record;
