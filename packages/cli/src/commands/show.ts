import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { READ } from "../privileges.js";
import { watchArgs } from "../watch.js";

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
    ...watchArgs,
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { look }, { requireSet }, { describeSet, setDocument }, notices] =
      await Promise.all([
        import("../with-engine.js"),
        import("../look.js"),
        import("../require-set.js"),
        import("../format/set.js"),
        import("../format/notices.js"),
      ]);
    await privileged();
    await withEngine(args["pin-dir"], (engine) =>
      look(args, {
        lines: (stream) => [
          ...notices.noticeLines(engine, stream),
          ...describeSet(engine, requireSet(engine, args.set)),
        ],
        document: () => ({
          ...setDocument(engine, requireSet(engine, args.set)),
          ...notices.standingOf(engine),
        }),
      }),
    );
  },
});
