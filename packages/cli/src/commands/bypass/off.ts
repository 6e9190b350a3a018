import { stateArgs } from "../../change/args.js";
import { defineCommand } from "../../define.js";
import { CHANGE } from "../../privileges.js";

export default defineCommand({
  meta: {
    name: "bypass off",
    summary: "End the bypass: policies take effect again",
    examples: [{ run: "emptcp bypass off", does: "let it work again" }],
    seeAlso: ["bypass"],
    needs: CHANGE,
  },
  args: stateArgs,
  async run({ args, privileged }) {
    const { switchBypass } = await import("../../change/bypass.js");
    await privileged();
    await switchBypass(args, false, args.json);
  },
});
