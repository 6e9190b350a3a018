import { bool, defineActor, u16 } from "@emptcp/core";

/**
 * Set the receive window that TCP packets advertise.
 *
 * @example
 * policy("slow", { when: port({ remote: 443 }), chain: [setWindow({ window: 1000 })] });
 */
export const setWindow = defineActor({
  root: new URL("..", import.meta.url),
  module: "set-window",
  symbol: "set_window",
  aliases: ["set_recv_win"],
  description: "Set the receive window that TCP packets advertise.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["change-header"],
  params: {
    window: u16({
      description: "Window field; the peer shifts it by the window scale of the connection.",
      unit: "bytes before scaling",
    }),
    onlyLower: bool({ description: "Leave windows that are smaller already.", default: true }),
  },
});

export default setWindow;
