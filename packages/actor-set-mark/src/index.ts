import { defineActor, enumOf, u32 } from "@emptcp/core";

/** DSCPs that IANA has named; 64 is none of the 6-bit values. */
const DSCP = {
  ...{ leave: 64, cs0: 0, cs1: 8, cs2: 16, cs3: 24, cs4: 32, cs5: 40, cs6: 48, cs7: 56 },
  ...{ af11: 10, af12: 12, af13: 14, af21: 18, af22: 20, af23: 22 },
  ...{ af31: 26, af32: 28, af33: 30, af41: 34, af42: 36, af43: 38, ef: 46, va: 44, le: 1 },
} as const;

const ONLY_TC = {
  hooks: ["xdp"],
  because: "an XDP frame has no mark and no priority yet",
  instead: "attach the policy set to tc-ingress or tc-egress, or set the DSCP only",
} as const;

/**
 * Set the mark, the priority or the DSCP of packets.
 *
 * @example
 * policy("voice", { when: port({ remote: 5060 }), chain: [setMark({ mark: 7, dscp: "ef" })] });
 */
export const setMark = defineActor({
  root: new URL("..", import.meta.url),
  module: "set-mark",
  symbol: "set_mark",
  description: "Set the mark, the priority or the DSCP of packets.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["change-header"],
  params: {
    mark: u32({ description: "Mark of the packet (skb mark, fwmark); TC only.", default: 0 }),
    mask: u32({
      description: "Bits of the mark that change; 0 stands for all of them, or for none where mark is 0.",
      default: 0,
    }),
    priority: u32({
      description:
        "Priority (skb priority), or a class as major << 16 | minor; 4294967295 leaves it; TC only.",
      default: 0xffffffff,
    }),
    dscp: enumOf(DSCP, { description: "DSCP by its name; ECN bits stay.", default: "leave" }),
  },
  refuses: [
    { when: { mark: { not: [0] } }, ...ONLY_TC },
    { when: { mask: { not: [0] } }, ...ONLY_TC },
    { when: { priority: { not: [0xffffffff] } }, ...ONLY_TC },
  ],
});

export default setMark;
