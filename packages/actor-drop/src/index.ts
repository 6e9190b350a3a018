import { bool, defineActor } from "@emptcp/core";

/**
 * Drop packets, except SYNs that open an MPTCP connection.
 *
 * @example
 * policy("closed", { when: port({ dst: 23 }), chain: [drop()] });
 */
export const drop = defineActor({
  root: new URL("..", import.meta.url),
  module: "drop",
  symbol: "drop",
  description: "Drop packets, except SYNs that open an MPTCP connection.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["drop"],
  params: {
    mpCapable: bool({
      description:
        "Drop SYNs with MP_CAPABLE too. After two lost ones Linux uses plain TCP in the whole namespace for an hour.",
      default: false,
    }),
  },
});

export default drop;
