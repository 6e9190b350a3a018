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
    ],
    examples: [{ run: "emptcp plan web.yaml", does: "check a file before it is applied" }],
    seeAlso: ["apply"],
  },
  args: {
    ...policyFileArgs,
    ...engineArgs,
  },
  async run({ args }) {
    const [{ loadPolicyFiles }, { makePlan }, { printPlan }, { printJson }] = await Promise.all([
      import("../policy-files.js"),
      import("../make-plan.js"),
      import("../print-plan.js"),
      import("../json.js"),
    ]);
    const plan = await makePlan(await loadPolicyFiles(args.files, args.var), args["pin-dir"]);
    if (args.json) printJson(plan);
    else printPlan(plan);
  },
});
