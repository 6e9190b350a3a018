import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { READ } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "show",
    summary: "Show a policy set with its counters",
    description: [
      "Its policies stand in the order in which they are considered, with what they match, what they do and what they counted.",
    ],
    examples: [{ run: "emptcp show web", does: "show the set web" }],
    seeAlso: ["list", "events"],
    needs: READ,
  },
  args: {
    set: { type: "positional", description: "Name of the policy set", complete: "set" },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { printJson }, { requireSet }, { describeSet }] = await Promise.all([
      import("../with-engine.js"),
      import("../json.js"),
      import("../require-set.js"),
      import("../format/set.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], (engine) => {
      const set = requireSet(engine, args.set);
      const stats = engine.stats(set.name);
      const ports = engine.current().ports.filter((port) => port.sets.includes(set.name));
      if (args.json) return printJson({ set, ports, stats, engine: engine.counters() });
      process.stdout.write(`${describeSet(set, ports, stats, engine.counters()).join("\n")}\n`);
    });
  },
});
