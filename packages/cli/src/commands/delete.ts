import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "delete",
    summary: "Take a policy set out of effect",
    description: ["The other sets go on. The modules stay attached: `emptcp detach` removes them too."],
    examples: [{ run: "emptcp delete web", does: "end the set web" }],
    seeAlso: ["apply", "detach"],
    needs: CHANGE,
  },
  args: {
    set: { type: "positional", description: "Name of the policy set", complete: "set" },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { printJson }, { requireSet }] = await Promise.all([
      import("../with-engine.js"),
      import("../json.js"),
      import("../require-set.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], async (engine) => {
      requireSet(engine, args.set);
      const { generation } = await engine.delete(args.set);
      if (args.json) return printJson({ deleted: args.set, generation });
      process.stdout.write(`${args.set} is gone; generation ${generation} runs\n`);
    });
  },
});
