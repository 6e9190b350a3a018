import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "detach",
    summary: "Remove everything from the kernel",
    description: [
      "Detaches from all interfaces and removes every trace from the kernel, with the rules, counters and state of modules. " +
        "Packets pass untouched from then on.",
    ],
    examples: [{ run: "emptcp detach", does: "leave the machine as it was before the first apply" }],
    seeAlso: ["delete"],
    needs: CHANGE,
  },
  args: engineArgs,
  async run({ args, privileged }) {
    const [{ withEngine }, { printJson }] = await Promise.all([
      import("../with-engine.js"),
      import("../json.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], async (engine) => {
      const { ports } = engine.current();
      await engine.detach();
      if (args.json)
        return printJson({ detached: ports.map(({ hook, netns, name }) => ({ hook, netns, name })) });
      process.stdout.write(`detached from ${ports.length} port${ports.length === 1 ? "" : "s"}\n`);
    });
  },
});
