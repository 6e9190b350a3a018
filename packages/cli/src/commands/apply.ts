import { stateArgs } from "../change/args.js";
import { defineCommand } from "../define.js";
import { policyFileArgs } from "../policy-file-args.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "apply",
    summary: "Put policy files into effect",
    description: [
      "All sets of all files go into effect in one atomic switch: a packet sees the old policies or the new ones, never a " +
        "mixture. Each set replaces the running one of its name; the others stay, unless `--prune` is given. What fails leaves " +
        "everything as it was.",
      "With `--confirm` the old sets come back after that time unless somebody keeps the new ones: with Enter on this " +
        "terminal, or with `emptcp confirm` anywhere. A process of its own sees to that, also when the session dies and when " +
        "this command is killed. Meanwhile sets cannot be changed.",
    ],
    examples: [
      { run: "emptcp apply web.yaml", does: "put the sets of a file into effect" },
      { run: "emptcp apply --prune /etc/emptcp/*.yaml", does: "run these sets and no others" },
      { run: "emptcp apply --confirm 30s web.yaml", does: "go back after 30 seconds unless confirmed" },
      { run: "emptcp apply - < web.yaml", does: "read the sets from standard input" },
    ],
    seeAlso: ["plan", "diff", "confirm", "rollback", "history"],
    needs: CHANGE,
  },
  args: {
    ...policyFileArgs,
    confirm: {
      type: "string",
      kind: "duration",
      min: "1s",
      max: "1h",
      description: "Bring the old sets back after this time unless confirmed",
    },
    prune: { type: "boolean", description: "Remove the sets that run and are not in the files" },
    "replace-foreign": {
      type: "boolean",
      description: "Detach XDP programs of others where they are in the way",
    },
    rebuild: {
      type: "boolean",
      description: "Load all programs anew even when nothing asks for it",
    },
    ...stateArgs,
  },
  async run({ args, privileged }) {
    const [{ loadPolicyFiles }, { changeEngine }, { applyFiles }] = await Promise.all([
      import("../policy-files.js"),
      import("../change/open.js"),
      import("../change/apply-files.js"),
    ]);
    const loaded = await loadPolicyFiles(args.files, args.var);
    await privileged();
    const { confirm, prune, rebuild, json } = args;
    if (confirm === undefined) {
      const { warnOfSession } = await import("../change/warn-of-session.js");
      warnOfSession(loaded);
    }
    await changeEngine(args, (engine) =>
      applyFiles(engine, loaded, {
        force: args["replace-foreign"],
        rebuild,
        prune,
        json,
        ...(confirm !== undefined && { confirm: confirm / 1000 }),
      }),
    );
  },
});
