import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "bypass",
    summary: "Let every packet pass at every hook, or end that",
    description: [
      "One write, for all interfaces at once. Programs stay loaded and attached, rules and state stay as they are. What is " +
        "applied while the bypass is on takes effect when it is off.",
    ],
    examples: [
      { run: "emptcp bypass on", does: "take eMPTCP out of the way" },
      { run: "emptcp bypass off", does: "let it work again" },
      { run: "emptcp bypass status", does: "say whether it is on" },
    ],
    seeAlso: ["rollback", "detach"],
  },
  subCommands: {
    on: () => import("./bypass/on.js"),
    off: () => import("./bypass/off.js"),
    status: () => import("./bypass/status.js"),
  },
});
