import { stateArgs } from "../../change/args.js";
import { defineCommand } from "../../define.js";
import { CHANGE } from "../../privileges.js";
import { policyArg } from "../../rules/args.js";

export default defineCommand({
  meta: {
    name: "rule add",
    summary: "Add a rule to a policy that runs",
    description: [
      "The match has the words of policy files, on one line: `ip-pair: { src: 10.0.0.1 }`, `all: [ { tcp: {} }, { port: " +
        "{ dst: 443 } } ]`. Fields alone, `src: 10.0.0.1`, are those of the policy's own selector.",
    ],
    examples: [
      { run: "emptcp rule add web/slow 'src: 10.0.0.1'", does: "let one more host go through the chain" },
      {
        run: "emptcp rule add web/slow 'src: 10.0.0.1' --for 30s --param set-window.window=500",
        does: "the same for half a minute, with a parameter of its own",
      },
    ],
    seeAlso: ["rule list", "rule load"],
    needs: CHANGE,
  },
  args: {
    ...policyArg,
    match: { type: "positional", description: "What it matches, in the words of policy files" },
    for: { type: "string", kind: "duration", min: "1ms", description: "It stops matching after this time" },
    param: {
      type: "string",
      multiple: true,
      description: "A parameter that differs from the policy's, STEP.PARAM=VALUE",
      valueHint: "assignment",
    },
    ...stateArgs,
  },
  async run({ args, privileged }) {
    const [{ changeEngine }, { printJson }, { readMatch }, { paramsOf }, { policyOf }] = await Promise.all([
      import("../../change/open.js"),
      import("../../json.js"),
      import("../../rules/read-match.js"),
      import("../../rules/assignments.js"),
      import("../../rules/policy-of.js"),
    ]);
    const params = paramsOf(args.param ?? []);
    await privileged();
    await changeEngine(args, async (engine) => {
      const { name, policy } = policyOf(engine, args.policy);
      const when = readMatch(args.match, policy, engine.modules);
      const { rules } = engine.policy(name);
      const rule = { when, params, ...(args.for !== undefined && { ttl: args.for / 1000 }) };
      const { ProblemsError } = await import("@emptcp/core");
      const problems = rules.checker()(rule);
      if (problems.length > 0) throw new ProblemsError(problems);
      const handle = await rules.add(rule);
      await engine.history.note({ what: "rule add", detail: `${name}: ${args.match}` });
      if (args.json) return printJson({ policy: name, rule: handle.id, handle: `${handle}` });
      process.stdout.write(`rule ${handle.id} of ${name}\n`);
    });
  },
});
