import { defineCommand } from "../../define.js";
import { LAB } from "../../privileges.js";
import { labArgs } from "./args.js";

export default defineCommand({
  meta: {
    name: "lab show",
    summary: "Tell the namespaces of the testbed",
    description: ["With --json also its paths and addresses."],
    examples: [{ run: "emptcp lab show --json", does: "everything about it, for scripts" }],
    seeAlso: ["lab up"],
    needs: LAB,
  },
  args: labArgs,
  async run({ args, privileged }) {
    await privileged();
    const [{ adoptLab }, { printLab }] = await Promise.all([
      import("@emptcp/lab"),
      import("../../format/lab.js"),
    ]);
    printLab(adoptLab(args.id ?? ""), args.json);
  },
});
