import { engineArgs } from "../../common-args.js";
import { defineCommand } from "../../define.js";
import { READ } from "../../privileges.js";
import { policyArg } from "../../rules/args.js";

export default defineCommand({
  meta: {
    name: "rule list",
    summary: "List the rules of a policy that runs",
    description: [
      "As they lie in the kernel, with what they counted; a rule that became several entries has several lines. Rules without a " +
        "number follow from the policy itself. They come in no order, and as they are read: a million needs no more memory " +
        "than ten.",
      "With `--json` each line is a JSON object of its own.",
    ],
    examples: [
      { run: "emptcp rule list web/slow", does: "list all rules" },
      { run: "emptcp rule list web/slow --match 10.0.0.", does: "those whose match contains a text" },
      { run: "emptcp rule list web/slow --limit 100", does: "the first hundred" },
    ],
    seeAlso: ["rule add", "rule delete"],
    needs: READ,
  },
  args: {
    ...policyArg,
    match: { type: "string", description: "Only rules whose match contains this text", valueHint: "text" },
    id: { type: "string", kind: "number", min: 1, description: "Only the rule of this number" },
    hook: {
      type: "string",
      choices: ["xdp", "tc-ingress", "tc-egress"],
      description: "Only entries on this hook",
    },
    added: { type: "boolean", description: "Only rules that were added by hand" },
    hit: { type: "boolean", description: "Only rules that matched a packet" },
    limit: { type: "string", alias: "n", kind: "number", min: 1, description: "At most so many lines" },
    after: {
      type: "string",
      description: "Go on after this entry, the `handle` of the last line with --json",
      valueHint: "handle",
    },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { listRuleLines }] = await Promise.all([
      import("../../with-engine.js"),
      import("../../rules/list.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], (engine) => listRuleLines(engine, args.policy, args));
  },
});
