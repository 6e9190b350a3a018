import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { READ } from "../privileges.js";
import { watchArgs } from "../watch.js";

export default defineCommand({
  meta: {
    name: "list",
    summary: "List the policy sets that run",
    description: [
      "One line for each set, with where it is attached; below it the modules that run, and their versions. Without a terminal " +
        "only the sets, their columns separated by tabs.",
    ],
    examples: [
      { run: "emptcp list", does: "list the sets" },
      { run: "emptcp list | cut -f1", does: "only their names" },
    ],
    seeAlso: ["show"],
    needs: READ,
  },
  args: { ...watchArgs, ...engineArgs },
  async run({ args, privileged }) {
    const [{ withEngine }, { look }, { describeList, listDocument }, notices] = await Promise.all([
      import("../with-engine.js"),
      import("../look.js"),
      import("../format/list.js"),
      import("../format/notices.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], (engine) =>
      look(args, {
        lines: (stream) => [
          ...notices.noticeLines(engine, stream),
          ...describeList(engine.current(), stream),
        ],
        document: () => ({ ...listDocument(engine.current()), ...notices.standingOf(engine) }),
      }),
    );
  },
});
