import { stateArgs } from "../../change/args.js";
import { defineCommand } from "../../define.js";
import { CHANGE } from "../../privileges.js";
import { policyArg } from "../../rules/args.js";

export default defineCommand({
  meta: {
    name: "rule delete",
    summary: "Delete rules of a policy that runs",
    examples: [
      { run: "emptcp rule delete web/slow 7", does: "delete rule 7" },
      { run: "emptcp rule delete web/slow --all", does: "delete every rule that was added to the policy" },
    ],
    seeAlso: ["rule list"],
    needs: CHANGE,
  },
  args: {
    ...policyArg,
    rule: {
      type: "positional",
      description: "Numbers of the rules, as `rule list` shows them",
      variadic: true,
      required: false,
    },
    all: { type: "boolean", description: "Delete every rule that was added to the policy" },
    ...stateArgs,
  },
  async run({ args, privileged }) {
    const [{ changeEngine }, { printJson }, { policyOf }, { UsageError }, { emptcpError }] =
      await Promise.all([
        import("../../change/open.js"),
        import("../../json.js"),
        import("../../rules/policy-of.js"),
        import("../../usage-error.js"),
        import("@emptcp/core"),
      ]);
    const given = args.rule ?? [];
    if (given.length > 0 === args.all) {
      const what = args.all ? "numbers and --all are given" : "no rule is given";
      throw new UsageError(`read arguments: ${what}`, "give numbers of rules, or --all");
    }
    const wrong = given.find((text) => !/^[1-9]\d{0,9}$/.test(text));
    if (wrong !== undefined) {
      throw new UsageError(
        `read arguments: "${wrong}" is no number of a rule`,
        "`emptcp rule list` shows them",
      );
    }
    const ids = new Set(given.map(Number));
    await privileged();
    await changeEngine(args, async (engine) => {
      const { name } = policyOf(engine, args.policy);
      const { rules } = engine.policy(name);
      if (!args.all) {
        const known = new Set<number>();
        for (const { handle } of rules.list()) if (handle && ids.has(handle.id)) known.add(handle.id);
        const gone = [...ids].filter((id) => !known.has(id));
        if (gone.length > 0)
          throw emptcpError("ERR_EMPTCP_UNKNOWN_RULE", { rule: gone.join(", "), policy: name });
      }
      const deleted = await rules.deleteWhere((id) => args.all || ids.has(id));
      const detail = `${name}: ${args.all ? `all ${deleted}` : [...ids].join(", ")}`;
      await engine.history.note({ what: "rule delete", detail });
      if (args.json) return printJson({ policy: name, deleted });
      process.stdout.write(`${deleted} rule${deleted === 1 ? "" : "s"} of ${name} deleted\n`);
    });
  },
});
