import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { policyFileArgs } from "../policy-file-args.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "apply",
    summary: "Put policy files into effect",
    description: [
      "Each set replaces the running one of its name in one atomic switch: a packet sees the old policies or the new ones, " +
        "never a mixture. What fails leaves the old ones running.",
    ],
    examples: [
      { run: "emptcp apply web.yaml", does: "put the sets of a file into effect" },
      { run: "emptcp apply - < web.yaml", does: "the same from standard input" },
    ],
    seeAlso: ["plan", "list", "delete"],
    needs: CHANGE,
  },
  args: {
    ...policyFileArgs,
    "replace-foreign": {
      type: "boolean",
      description: "Detach XDP programs of others where they are in the way",
    },
    rebuild: {
      type: "boolean",
      description: "Load all programs anew even when nothing asks for it",
    },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ placeError }, { loadPolicyFiles }, { withEngine }, { startProgress }, { printJson }] =
      await Promise.all([
        import("@emptcp/core"),
        import("../policy-files.js"),
        import("../with-engine.js"),
        import("../progress.js"),
        import("../json.js"),
      ]);
    const loaded = await loadPolicyFiles(args.files, args.var);
    await privileged();
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
          .catch((error: unknown) => {
            throw placeError([one], error);
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
