import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "rule",
    summary: "Add, delete, list and load rules of policies that run",
    description: [
      "A rule lets more packets go through the chain of a policy, with parameters of its own if wanted, for a time if wanted. " +
        "Rules are data: they are changed while packets pass, make no generation, and are kept when the policy is applied anew.",
      "A rule takes the place of a rule of the same policy that matches the same.",
    ],
    examples: [
      {
        run: "emptcp rule add web/slow 'src: 10.0.0.1' --for 30s",
        does: "slow one host down for half a minute",
      },
      { run: "emptcp rule list web/slow", does: "see the rules and what they counted" },
    ],
    seeAlso: ["param", "show"],
  },
  subCommands: {
    add: () => import("./rule/add.js"),
    delete: () => import("./rule/delete.js"),
    list: () => import("./rule/list.js"),
    load: () => import("./rule/load.js"),
  },
});
