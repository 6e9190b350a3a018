import { defineCommand } from "citty";
import { engineArgs } from "../common-args.js";

export default defineCommand({
  meta: {
    name: "detach",
    description: "Detach from all interfaces and remove every trace from the kernel, with the modules' state",
  },
  args: engineArgs,
  async run({ args }) {
    const [{ requireRoot }, { withEngine }, { printJson }] = await Promise.all([
      import("../privileges.js"),
      import("../with-engine.js"),
      import("../json.js"),
    ]);
    requireRoot("detach");
    await withEngine(args["pin-dir"], async (engine) => {
      const { ports } = engine.current();
      await engine.detach();
      if (args.json)
        return printJson({ detached: ports.map(({ hook, netns, name }) => ({ hook, netns, name })) });
      process.stdout.write(`detached from ${ports.length} port${ports.length === 1 ? "" : "s"}\n`);
    });
  },
});
