import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "param",
    summary: "Change parameters of policies that run",
    examples: [{ run: "emptcp param set web/slow set-window.window=500", does: "change one parameter" }],
    seeAlso: ["rule", "apply", "diff"],
  },
  subCommands: { set: () => import("./param/set.js") },
});
