import { defineSelector, enumOf, listOf } from "@emptcp/core";

/** Types of packets; a packet may be of several at once. */
const TYPES = {
  "mp-capable-syn": 1 << 0,
  "mp-capable-syn-ack": 1 << 1,
  "mp-capable-ack": 1 << 2,
  "mp-join-syn": 1 << 3,
  "mp-join-syn-ack": 1 << 4,
  "mp-join-ack": 1 << 5,
  data: 1 << 6,
  "data-ack": 1 << 7,
  "pure-ack": 1 << 8,
  "add-addr": 1 << 9,
  "add-addr-echo": 1 << 10,
  "remove-addr": 1 << 11,
  "mp-prio": 1 << 12,
  "mp-fail": 1 << 13,
  fastclose: 1 << 14,
  "mp-tcprst": 1 << 15,
  fin: 1 << 16,
  rst: 1 << 17,
} as const;

/**
 * Match packets by what they do in TCP and MPTCP; a packet may do several things at once.
 *
 * @example
 * packetType({ type: ["add-addr", "remove-addr"] })
 */
export const packetType = defineSelector({
  root: new URL("..", import.meta.url),
  module: "packet-type",
  symbol: "packet_type",
  description: "Match packets by what they do in TCP and MPTCP: handshakes, data, announcements, ends.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  params: {
    type: listOf(enumOf(TYPES, { description: "What the packet is or carries.", bits: true }), {
      description: "Types, of which the packet must be one.",
      length: 18,
    }),
  },
});

export default packetType;
