import { engineArgs } from "../../common-args.js";
import { defineCommand } from "../../define.js";
import { READ } from "../../privileges.js";

export default defineCommand({
  meta: {
    name: "bypass status",
    summary: "Say whether every packet passes",
    examples: [{ run: "emptcp bypass status", does: "say whether the bypass is on" }],
    seeAlso: ["bypass"],
    needs: READ,
  },
  args: engineArgs,
  async run({ args, privileged }) {
    const [{ withEngine }, { printJson }] = await Promise.all([
      import("../../with-engine.js"),
      import("../../json.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], (engine) => {
      const bypass = engine.bypassed();
      const { number } = engine.current();
      if (args.json) return printJson({ bypass, generation: number });
      const state = bypass ? "on: every packet passes" : number === 0 ? "off; nothing runs" : "off";
      process.stdout.write(`bypass is ${state}\n`);
    });
  },
});
