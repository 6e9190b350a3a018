import { stateArgs } from "../change/args.js";
import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "history",
    summary: "Show what was changed, by whom, and how it ended",
    description: [
      "Every commit is an entry, also those that failed. With the number of an entry: everything about it, with the policy sets " +
        "before and after as differences. Rules that were added by hand are counted, not listed.",
      "It is kept in the state directory, separately for each pin directory, and bounded: the oldest entries go.",
    ],
    examples: [
      { run: "emptcp history", does: "list the last changes" },
      { run: "emptcp history 12", does: "show all about entry 12" },
    ],
    seeAlso: ["rollback", "diff"],
  },
  args: {
    entry: {
      type: "positional",
      description: "Number of an entry to show in full",
      kind: "number",
      min: 1,
      required: false,
    },
    limit: {
      type: "string",
      alias: "n",
      kind: "number",
      min: 1,
      description: "How many of the last entries to show",
      default: "20",
    },
    ...stateArgs,
  },
  async run({ args }) {
    const [{ openEngine }, { showHistory, showEntry }] = await Promise.all([
      import("@emptcp/core"),
      import("../change/show-history.js"),
    ]);
    const engine = await openEngine({ pinDir: args["pin-dir"], stateDir: args["state-dir"] });
    try {
      if (args.entry === undefined) showHistory(engine, args.limit, args.json);
      else showEntry(engine, args.entry, args.json);
    } finally {
      engine.close();
    }
  },
});
