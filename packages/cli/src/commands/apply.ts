import { defineCommand } from "citty";
import { engineArgs } from "../common-args.js";

export default defineCommand({
  meta: {
    name: "apply",
    description:
      "Put policy files into effect; each set replaces the running one of its name in one atomic switch",
  },
  args: {
    files: {
      type: "positional",
      description: "Policy files, YAML or JSON; - reads standard input",
      required: true,
    },
    "replace-foreign": {
      type: "boolean",
      description: "Detach XDP programs of others where they are in the way",
      default: false,
    },
    rebuild: {
      type: "boolean",
      description: "Load all programs anew even when nothing asks for it",
      default: false,
    },
    ...engineArgs,
  },
  async run({ args }) {
    const [
      { requireRoot },
      { loadPolicyFiles, placeError },
      { withEngine },
      { startProgress },
      { printJson },
    ] = await Promise.all([
      import("../privileges.js"),
      import("../policy-files.js"),
      import("../with-engine.js"),
      import("../progress.js"),
      import("../json.js"),
    ]);
    const loaded = await loadPolicyFiles(args._);
    requireRoot("apply");
    const progress = startProgress();
    const results: { set: string; file: string; generation: number; unchanged: boolean }[] = [];
    await withEngine(args["pin-dir"], async (engine) => {
      for (const one of loaded) {
        const { file, set } = one;
        const onProgress = (what: string, done: number, total: number): void =>
          progress.step(`${set.name}: ${what}`, done, total);
        const options = { force: args["replace-foreign"], rebuild: args.rebuild, onProgress };
        const result = await engine
          .apply(set, options)
          .catch(async (error: unknown) => {
            throw await placeError(one, error);
          })
          .finally(() => progress.end());
        results.push({ set: set.name, file, ...result });
      }
    });
    if (args.json) return printJson({ applied: results });
    for (const { set, generation, unchanged } of results) {
      process.stdout.write(
        unchanged
          ? `${set} runs already as generation ${generation}\n`
          : `${set} runs as generation ${generation}\n`,
      );
    }
  },
});
