import { defineCommand } from "citty";
import { engineArgs } from "../common-args.js";

export default defineCommand({
  meta: {
    name: "show",
    description:
      "Show a policy set: its policies in the order in which they are considered, and what they counted",
  },
  args: {
    set: { type: "positional", description: "Name of the policy set", required: true },
    ...engineArgs,
  },
  async run({ args }) {
    const [{ requireRoot }, { withEngine }, { printJson }, { requireSet }, { describeSet }] =
      await Promise.all([
        import("../privileges.js"),
        import("../with-engine.js"),
        import("../json.js"),
        import("../require-set.js"),
        import("../format/set.js"),
      ]);
    requireRoot("show");
    await withEngine(args["pin-dir"], (engine) => {
      const set = requireSet(engine, args.set);
      const stats = engine.stats(set.name);
      const ports = engine.current().ports.filter((port) => port.sets.includes(set.name));
      if (args.json) return printJson({ set, ports, stats, engine: engine.counters() });
      process.stdout.write(`${describeSet(set, ports, stats, engine.counters()).join("\n")}\n`);
    });
  },
});
