import { bool, defineActor } from "@emptcp/core";

/**
 * Test actor: drops every packet, or with `{ drop: false }` lets it go on. As the last step of a chain it
 * shows by its verdict that the chain came this far.
 */
export const probe = defineActor({
  root: new URL("../probe/", import.meta.url),
  module: "probe",
  symbol: "probe",
  description: "Drop the packet or let it go on, so that a test sees that it came this far.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["drop"],
  params: {
    drop: bool({ description: "End the chain with a drop.", default: true }),
  },
});
