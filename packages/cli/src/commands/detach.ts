import { stateArgs, yesArg } from "../change/args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "detach",
    summary: "Remove everything from the kernel",
    description: [
      "Detaches from all interfaces and removes every trace from the kernel, with the rules, counters and state of modules. " +
        "Packets pass untouched from then on. The history stays. On a terminal it asks before, when something runs.",
    ],
    examples: [{ run: "emptcp detach", does: "leave the machine as it was before the first apply" }],
    seeAlso: ["delete", "bypass"],
    needs: CHANGE,
  },
  args: { ...yesArg, ...stateArgs },
  async run({ args, privileged }) {
    const [{ changeEngine, warn }, { printJson }, { ask, canAsk }] = await Promise.all([
      import("../change/open.js"),
      import("../json.js"),
      import("../change/ask.js"),
    ]);
    await privileged();
    await changeEngine(args, async (engine) => {
      let ports: readonly { hook: string; netns?: string; name: string }[] = [];
      try {
        const running = engine.current();
        ({ ports } = running);
        const names = running.sets.map((set) => set.name).join(", ");
        const mayAsk = running.sets.length > 0 && !args.yes && !args.json && canAsk();
        if (mayAsk && !(await ask(`Remove ${names} and everything they have counted and learned?`))) return;
      } catch (error) {
        // What cannot be read can be removed all the same.
        warn((error as Error).message);
      }
      await engine.detach();
      if (args.json)
        return printJson({ detached: ports.map(({ hook, netns, name }) => ({ hook, netns, name })) });
      process.stdout.write(`detached from ${ports.length} port${ports.length === 1 ? "" : "s"}\n`);
    });
  },
});
