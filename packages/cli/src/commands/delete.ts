import { defineCommand } from "citty";
import { engineArgs } from "../common-args.js";

export default defineCommand({
  meta: { name: "delete", description: "Take a policy set out of effect; the others go on" },
  args: {
    set: { type: "positional", description: "Name of the policy set", required: true },
    ...engineArgs,
  },
  async run({ args }) {
    const [{ requireRoot }, { withEngine }, { printJson }, { requireSet }] = await Promise.all([
      import("../privileges.js"),
      import("../with-engine.js"),
      import("../json.js"),
      import("../require-set.js"),
    ]);
    requireRoot("delete");
    await withEngine(args["pin-dir"], async (engine) => {
      requireSet(engine, args.set);
      const { generation } = await engine.delete(args.set);
      if (args.json) return printJson({ deleted: args.set, generation });
      process.stdout.write(`${args.set} is gone; generation ${generation} runs\n`);
    });
  },
});
