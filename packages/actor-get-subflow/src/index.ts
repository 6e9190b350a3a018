import { defineActor } from "@emptcp/core";

/**
 * Tell user space about each subflow that joins an MPTCP connection.
 *
 * @example
 * policy("who-joins", { when: tcp(), chain: [getSubflow()] });
 */
export const getSubflow = defineActor({
  root: new URL("..", import.meta.url),
  module: "get-subflow",
  symbol: "get_subflow",
  aliases: ["get_subflow"],
  description:
    "Tell user space about each subflow that joins an MPTCP connection, and which connection that is.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: [],
});

export default getSubflow;
