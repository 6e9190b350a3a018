import { defineSelector } from "@emptcp/core";

/**
 * Match TCP and UDP packets by their ports.
 *
 * @example
 * port({ remote: "443,8000-8100" })
 */
export const port = defineSelector({
  root: new URL("..", import.meta.url),
  module: "port",
  symbol: "port",
  description: "Match TCP and UDP packets by their ports.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  ends: "port",
});

export default port;
