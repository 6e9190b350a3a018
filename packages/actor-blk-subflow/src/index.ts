import { defineActor } from "@emptcp/core";

/**
 * Remove the announcements of further addresses, so that no subflow is opened to them.
 *
 * @example
 * policy("one-path", { when: ipPair({ local: "10.0.1.1", remote: "10.0.1.2" }), chain: [blkSubflow()] });
 */
export const blkSubflow = defineActor({
  root: new URL("..", import.meta.url),
  module: "blk-subflow",
  symbol: "blk_subflow",
  aliases: ["rm_add_addr", "blk_subflow"],
  description: "Remove the announcements of further addresses, so that no subflow is opened to them.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["change-header"],
});

export default blkSubflow;
