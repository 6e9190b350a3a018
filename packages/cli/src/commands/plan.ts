import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { policyFileArgs } from "../policy-file-args.js";

export default defineCommand({
  meta: {
    name: "plan",
    summary: "Show what apply would change, without changing it",
    description: [
      "Checks policy files and compares them with what runs; the kernel is only read. Every mistake is shown at once, with its " +
        "place and the way out.",
      "Tells whether programs are loaded or only data is written, which modules act and what they may do to packets, which " +
        "policies match the same packets or can never be reached, what a packet costs about, and whether the ssh session in which " +
        "it is typed may be cut. Without privileges it says what it could not see.",
    ],
    examples: [{ run: "emptcp plan web.yaml", does: "check a file before it is applied" }],
    seeAlso: ["apply"],
  },
  args: {
    ...policyFileArgs,
    prune: {
      type: "boolean",
      description: "Plan for `apply --prune`: sets that run and are not in the files go",
    },
    ...engineArgs,
  },
  async run({ args }) {
    const [{ loadPolicyFiles }, { makePlan }, { printPlan }, { printJson }] = await Promise.all([
      import("../policy-files.js"),
      import("../make-plan.js"),
      import("../print-plan.js"),
      import("../json.js"),
    ]);
    const plan = await makePlan(await loadPolicyFiles(args.files, args.var), args["pin-dir"], args.prune);
    if (args.json) printJson(plan);
    else printPlan(plan);
  },
});
