import { bool, defineActor } from "@emptcp/core";

/**
 * Tell user space about each new MPTCP connection.
 *
 * @example
 * policy("who-connects", { when: tcp(), chain: [getConnect()] });
 */
export const getConnect = defineActor({
  root: new URL("..", import.meta.url),
  module: "get-connect",
  symbol: "get_connect",
  aliases: ["get_connect"],
  description:
    "Tell user space about each new MPTCP connection: addresses, tokens, version, and its keys where asked.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["read-keys"],
  params: {
    keys: bool({
      description: "Put the keys into the event. Who has them can add subflows and end the connection.",
      default: false,
    }),
  },
});

export default getConnect;
