import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { DIFFERS } from "../exit-code.js";
import { policyFileArgs } from "../policy-file-args.js";
import { READ } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "diff",
    summary: "Compare what runs with policy files",
    description: [
      "Shows the text of the policy sets that run and of those in the files as unified differences. Both are written out in the " +
        "same way first: comments, short forms and the order of policies do not count. `emptcp plan` shows what `apply` would do.",
    ],
    examples: [
      { run: "emptcp diff web.yaml", does: "see whether somebody changed what runs" },
      { run: "emptcp diff --prune /etc/emptcp/*.yaml", does: "tell sets that are in no file, too" },
    ],
    exitCodes: { [DIFFERS]: "what runs and the files differ" },
    seeAlso: ["plan", "apply", "history"],
    needs: READ,
  },
  args: {
    ...policyFileArgs,
    prune: { type: "boolean", description: "Also tell sets that run and are not in the files" },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ loadPolicyFiles }, { withEngine }, { printJson }, { diffSet, paintDiff }] = await Promise.all([
      import("../policy-files.js"),
      import("../with-engine.js"),
      import("../json.js"),
      import("../diff/print.js"),
    ]);
    const loaded = await loadPolicyFiles(args.files, args.var);
    await privileged();
    await withEngine(args["pin-dir"], (engine) => {
      const { number, sets } = engine.current();
      const running = `generation ${number}`;
      const diffs = loaded.map(({ set, file }) =>
        diffSet(
          [`${set.name} (${running})`, `${set.name} (${file})`],
          sets.find((s) => s.name === set.name),
          set,
        ),
      );
      if (args.prune) {
        const others = sets.filter((s) => !loaded.some((one) => one.set.name === s.name));
        diffs.push(...others.map((set) => diffSet([`${set.name} (${running})`, ""], set, undefined)));
      }
      if (args.json) printJson({ generation: number, sets: diffs });
      else process.stdout.write(diffs.map((d) => paintDiff(d.lines)).join(""));
      if (diffs.some((d) => d.change !== "same")) process.exitCode = DIFFERS;
    });
  },
});
