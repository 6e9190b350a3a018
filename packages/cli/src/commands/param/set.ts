import { stateArgs } from "../../change/args.js";
import { defineCommand } from "../../define.js";
import { CHANGE } from "../../privileges.js";
import { policyArg } from "../../rules/args.js";

export default defineCommand({
  meta: {
    name: "param set",
    summary: "Change parameters of a policy that runs",
    description: [
      "All of them in one atomic switch; no program is loaded. It is a change of what runs, not of the policy file: a later " +
        "`emptcp apply` of the file wins, and `emptcp diff` shows the difference until then.",
      "`set-window#2.window` is the parameter of the second step of that module.",
    ],
    examples: [{ run: "emptcp param set web/slow set-window.window=500", does: "change one parameter" }],
    seeAlso: ["apply", "diff", "history"],
    needs: CHANGE,
  },
  args: {
    ...policyArg,
    assignment: {
      type: "positional",
      description: "STEP.PARAM=VALUE, values as in policy files",
      variadic: true,
    },
    ...stateArgs,
  },
  async run({ args, privileged }) {
    const [{ changeEngine }, { printJson }, { readAssignment }] = await Promise.all([
      import("../../change/open.js"),
      import("../../json.js"),
      import("../../rules/assignments.js"),
    ]);
    const changes = args.assignment.map(readAssignment).map(({ step, occurrence, param, value }) => ({
      step,
      occurrence,
      params: { [param]: value },
    }));
    await privileged();
    await changeEngine(args, async (engine) => {
      const { policy, generation } = await engine.setParams(args.policy, changes);
      if (args.json) return printJson({ policy, generation });
      process.stdout.write(`${policy} is changed; generation ${generation} runs\n`);
    });
  },
});
