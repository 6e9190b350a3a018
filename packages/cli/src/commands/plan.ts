import { defineCommand } from "citty";
import { engineArgs } from "../common-args.js";

export default defineCommand({
  meta: {
    name: "plan",
    description: "Check policy files and show what apply would change; the kernel is only read",
  },
  args: {
    files: {
      type: "positional",
      description: "Policy files, YAML or JSON; - reads standard input",
      required: true,
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
    const plan = await makePlan(await loadPolicyFiles(args._), args["pin-dir"]);
    if (args.json) printJson(plan);
    else printPlan(plan);
  },
});
