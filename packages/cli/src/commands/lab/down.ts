import { defineCommand } from "../../define.js";
import { LAB } from "../../privileges.js";
import { labArgs } from "./args.js";

export default defineCommand({
  meta: {
    name: "lab down",
    summary: "Remove the testbed",
    description: ["Removes its namespaces, and with them all that runs and is attached in them."],
    examples: [{ run: "emptcp lab down", does: "remove the testbed" }],
    seeAlso: ["lab up"],
    needs: LAB,
  },
  args: labArgs,
  async run({ args, privileged }) {
    await privileged();
    const [{ adoptLab }, { printJson }] = await Promise.all([import("@emptcp/lab"), import("../../json.js")]);
    adoptLab(args.id ?? "").close();
    if (args.json) printJson({ down: args.id ?? "" });
  },
});
