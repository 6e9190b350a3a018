import { stateArgs } from "../../change/args.js";
import { defineCommand } from "../../define.js";
import { CHANGE } from "../../privileges.js";
import { policyArg } from "../../rules/args.js";

export default defineCommand({
  meta: {
    name: "rule load",
    summary: "Load rules from a file, by the million",
    description: [
      "One rule on each line. As JSON: a condition as in policy files, or an object with `when`, `params` and `for`. As " +
        "comma-separated values: the first line names the columns, `SELECTOR.FIELD`, `MODULE.PARAMETER` or `for`.",
      "All lines are checked before the first rule is added; nothing is loaded when one of them is wrong. Of standard input " +
        "that holds for the first 200 000 lines. A rule that is there already is replaced, so a file can be loaded again.",
    ],
    examples: [
      { run: "emptcp rule load web/slow hosts.csv", does: "add the rules of a file" },
      { run: "emptcp rule load web/slow --replace hosts.ndjson", does: "have these rules and no others" },
      { run: "generate | emptcp rule load web/slow -", does: "add the rules that a program prints" },
    ],
    seeAlso: ["rule add", "rule list"],
    needs: CHANGE,
  },
  args: {
    ...policyArg,
    file: {
      type: "positional",
      description: "File with one rule on each line; - reads standard input",
      valueHint: "file",
      complete: "file",
    },
    replace: {
      type: "boolean",
      description: "Remove all other rules that were added to the policy, afterwards",
    },
    ...stateArgs,
  },
  async run({ args, privileged }) {
    const [{ changeEngine }, { printJson }, { loadRuleFile }] = await Promise.all([
      import("../../change/open.js"),
      import("../../json.js"),
      import("../../rules/load-file.js"),
    ]);
    await privileged();
    await changeEngine(args, async (engine) => {
      const { policy, added } = await loadRuleFile(engine, args.policy, args.file, args.replace);
      if (args.json) return printJson({ policy, added });
      process.stdout.write(`${added} rule${added === 1 ? "" : "s"} loaded into ${policy}\n`);
    });
  },
});
