import { stateArgs, yesArg } from "../change/args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "delete",
    summary: "Take policy sets out of effect",
    description: [
      "All of them in one atomic switch; the other sets go on. The rules that were added to their policies go, too. On a " +
        "terminal it asks before.",
    ],
    examples: [{ run: "emptcp delete web", does: "end the set web" }],
    seeAlso: ["apply", "rollback", "detach"],
    needs: CHANGE,
  },
  args: {
    set: { type: "positional", description: "Names of the policy sets", complete: "set", variadic: true },
    ...yesArg,
    ...stateArgs,
  },
  async run({ args, privileged }) {
    const [{ changeEngine }, { printJson }, { requireSet }, { ask, canAsk }] = await Promise.all([
      import("../change/open.js"),
      import("../json.js"),
      import("../require-set.js"),
      import("../change/ask.js"),
    ]);
    await privileged();
    await changeEngine(args, async (engine) => {
      const names = [...new Set(args.set)];
      for (const name of names) requireSet(engine, name);
      const all = names.join(", ");
      if (!args.yes && !args.json && canAsk() && !(await ask(`Delete ${all}?`))) return;
      const { generation } = await engine.delete(names);
      if (args.json) {
        return printJson({ deleted: names.length === 1 ? names[0] : names, generation });
      }
      const verb = names.length === 1 ? "is" : "are";
      process.stdout.write(`${all} ${verb} gone; generation ${generation} runs\n`);
    });
  },
});
