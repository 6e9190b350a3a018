import { bool, defineActor, enumOf, u8 } from "@emptcp/core";

const SUBTYPES = {
  ...{ "mp-capable": 0, "mp-join": 1, dss: 2, "add-addr": 3, "remove-addr": 4 },
  ...{ "mp-prio": 5, "mp-fail": 6, "mp-fastclose": 7, "mp-tcprst": 8, any: 16 },
} as const;

const UNFORCED = { force: { is: [false] } } as const;
const ON_ALL = { packets: { is: ["all"] }, ...UNFORCED } as const;

/**
 * Remove a TCP option, by its kind or by its MPTCP subtype.
 *
 * @example
 * policy("plain-tcp", { when: port({ remote: 443 }), chain: [stripOption({ subtype: "mp-capable" })] });
 */
export const stripOption = defineActor({
  root: new URL("..", import.meta.url),
  module: "strip-option",
  symbol: "strip_option",
  description: "Remove a TCP option, by its kind or by its MPTCP subtype.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["change-header"],
  params: {
    kind: u8({ description: "Kind of the option; 30 is MPTCP.", min: 2, default: 30 }),
    subtype: enumOf(SUBTYPES, { description: "Subtype of the MPTCP option.", default: "any" }),
    packets: enumOf(["syn", "all"], {
      description: "Packets that lose it: SYNs without ACK, or all.",
      default: "syn",
    }),
    force: bool({ description: "Do it even where it breaks connections.", default: false }),
  },
  refusals: ["only MPTCP option"],
  refuses: [
    {
      when: { kind: { not: [30] }, subtype: { not: ["any"] } },
      because: "only kind 30, MPTCP, has subtypes",
      instead: "leave out one of them",
    },
    {
      when: { kind: { is: [30] }, subtype: { is: ["dss", "any"] }, ...ON_ALL },
      because: "data without its DSS resets the connection or ends its MPTCP",
      instead: 'use packets "syn" to have plain TCP from the start, or force: true to break connections',
    },
    {
      when: { kind: { is: [30] }, subtype: { is: ["mp-capable"] }, ...ON_ALL },
      because:
        "without MP_CAPABLE on the later packets of the handshake one end may fall back and the other not",
      instead: 'use packets "syn", which makes both ends fall back, or force: true to break connections',
    },
    {
      when: { kind: { is: [3, 4, 8] }, ...ON_ALL },
      because:
        "an option that is negotiated, taken from one direction, leaves both ends with different views of it",
      instead: 'use packets "syn", so that it is not negotiated, or force: true',
    },
    {
      when: { kind: { is: [19, 29] }, ...UNFORCED },
      because: "a connection with signed segments (TCP-MD5, TCP-AO) takes none without a signature",
      instead: "leave these connections out of the policy, or use force: true to break them",
    },
  ],
});

export default stripOption;
