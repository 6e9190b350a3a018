import { stateArgs } from "../change/args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "confirm",
    summary: "Keep the generation that waits to be confirmed",
    description: ["After `emptcp apply --confirm`: the old policy sets do not come back any more."],
    examples: [{ run: "emptcp confirm", does: "keep what was applied with --confirm" }],
    seeAlso: ["apply", "rollback", "history"],
    needs: CHANGE,
  },
  args: stateArgs,
  async run({ args, privileged }) {
    const [{ changeEngine }, { printJson }] = await Promise.all([
      import("../change/open.js"),
      import("../json.js"),
    ]);
    await privileged();
    await changeEngine(args, async (engine) => {
      const { generation } = await engine.confirm();
      if (args.json) return printJson({ confirmed: generation });
      process.stdout.write(`generation ${generation} is confirmed\n`);
    });
  },
});
