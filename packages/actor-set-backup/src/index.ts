import { bool, defineActor, duration } from "@emptcp/core";

/**
 * Mark a subflow as backup, or as regular again, for the host that receives the packets.
 *
 * @example
 * policy("spare", { when: subflow({ local: "10.0.2.1:443", remote: "10.0.2.2:5000" }), chain: [setBackup({ backup: true })] });
 */
export const setBackup = defineActor({
  root: new URL("..", import.meta.url),
  module: "set-backup",
  symbol: "set_backup",
  aliases: ["set_flow_prio", "set_backup"],
  description: "Mark a subflow as backup, or as regular again, for the host that receives the packets.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: ["change-header", "change-length"],
  params: {
    backup: bool({ description: "Backup (true) or regular (false).", default: true }),
    repeat: duration({
      description: "Tell again after this time while packets come; 0 never.",
      default: "1s",
    }),
  },
});

export default setBackup;
