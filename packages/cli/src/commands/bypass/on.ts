import { stateArgs } from "../../change/args.js";
import { defineCommand } from "../../define.js";
import { CHANGE } from "../../privileges.js";

export default defineCommand({
  meta: {
    name: "bypass on",
    summary: "Let every packet pass at every hook",
    examples: [{ run: "emptcp bypass on", does: "take eMPTCP out of the way" }],
    seeAlso: ["bypass"],
    needs: CHANGE,
  },
  args: stateArgs,
  async run({ args, privileged }) {
    const { switchBypass } = await import("../../change/bypass.js");
    await privileged();
    await switchBypass(args, true, args.json);
  },
});
