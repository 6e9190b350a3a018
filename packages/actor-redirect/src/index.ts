import { bool, defineActor, iface, ip, mac } from "@emptcp/core";

const NONE = "00:00:00:00:00:00";

/**
 * Send packets out of another interface.
 *
 * @example
 * policy("second-link", { when: ipPair({ dst: "10.0.2.1" }), chain: [redirect({ to: "eth2", via: "10.0.2.1" })] });
 */
export const redirect = defineActor({
  root: new URL("..", import.meta.url),
  module: "redirect",
  symbol: "redirect",
  description: "Send packets out of another interface.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["redirect", "change-header"],
  params: {
    to: iface({ description: "Interface to send out of, in the namespace of the one they come from." }),
    via: ip({
      description: "Next hop on that interface; :: takes it from the routes over it.",
      default: "::",
    }),
    source: mac({ description: "Source address of the frame; zeros: the interface's own.", default: NONE }),
    destination: mac({
      description: "Destination address of the frame; zeros: that of the next hop.",
      default: NONE,
    }),
    routed: bool({ description: "Lower TTL or hop limit by one, as a router does.", default: false }),
    blind: bool({
      description:
        "Ask no routes and neighbours: what is sent to an interface that is down is lost, SYNs with MP_CAPABLE too.",
      default: false,
    }),
  },
  refusals: ["no route", "no neighbour", "forwarding off", "no Ethernet header", "TTL"],
  refuses: [
    {
      when: { blind: { is: [true] }, destination: { is: [NONE] } },
      because: "without a look at the neighbours nobody knows the destination of the frame",
      instead: "give destination, the MAC address of the next hop, or leave blind out",
    },
    {
      when: { blind: { is: [true] }, via: { not: ["::"] } },
      because: "a next hop is looked up, and blind looks nothing up",
      instead: "leave out one of them",
    },
  ],
});

export default redirect;
