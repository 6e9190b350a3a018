import { stateArgs } from "../change/args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "rollback",
    summary: "Bring earlier policy sets back",
    description: [
      "Those sets and no others run then, as they were, in one atomic switch and as a new generation. Without a number it goes " +
        "to the last generation whose sets were others than now, so that a second rollback undoes the first; while a generation " +
        "waits to be confirmed, to the sets before it.",
      "Rules that were added by hand stay where their policy stays. The modules of then run again, also when their packages " +
        "have been replaced since; where they were not kept, nothing is done without `--force`.",
    ],
    examples: [
      { run: "emptcp rollback", does: "undo the last change of policy sets" },
      { run: "emptcp rollback 12", does: "go back to generation 12" },
      { run: "emptcp rollback --entry 7", does: "go back to an entry of the history, also before a reboot" },
    ],
    seeAlso: ["history", "apply", "diff"],
    needs: CHANGE,
  },
  args: {
    generation: {
      type: "positional",
      description: "Number of the generation; 0 is nothing at all",
      kind: "number",
      complete: "generation",
      required: false,
    },
    entry: {
      type: "string",
      kind: "number",
      min: 1,
      description: "Number of an entry of the history instead",
    },
    force: { type: "boolean", description: "Use the installed modules where those of then are lost" },
    ...stateArgs,
  },
  async run({ args, privileged }) {
    const [{ changeEngine, warn }, { printJson }, { UsageError }] = await Promise.all([
      import("../change/open.js"),
      import("../json.js"),
      import("../usage-error.js"),
    ]);
    const { generation, entry, force } = args;
    if (generation !== undefined && entry !== undefined) {
      throw new UsageError("read arguments: a generation and --entry are given", "give one of them");
    }
    await privileged();
    await changeEngine(args, async (engine) => {
      const goal = { ...(generation !== undefined && { generation }), ...(entry !== undefined && { entry }) };
      const result = await engine.rollback({ ...goal, force });
      for (const { package: name, version, installed, kept } of result.drift) {
        const what = kept ? "runs again" : "is lost";
        warn(`${name} ${version} ${what}; ${installed ?? "nothing"} is installed`);
      }
      if (args.json) return printJson(result);
      const sets = result.sets.length === 0 ? "no policy set" : result.sets.join(", ");
      process.stdout.write(
        `back to generation ${result.to}: ${sets}; it runs as generation ${result.generation}\n`,
      );
    });
  },
});
