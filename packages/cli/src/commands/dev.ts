import { directoriesArg, engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "dev",
    summary: "Rebuild modules on save and swap them in",
    description: [
      "Builds modules each time one of their files, or a header of the SDK, is saved. The policies that use them get the new " +
        "programs in one switch, while packets pass; state in maps stays. What fails to build or to pass the verifier is shown, with " +
        "the line of C, and what ran before goes on.",
      "With `--try` it runs the modules' tests in place of that.",
    ],
    examples: [
      { run: "emptcp dev", does: "the module in this directory, until Ctrl-C" },
      { run: "emptcp dev --try", does: "run its tests on each change" },
      { run: "emptcp dev --once packages/actor-record", does: "build and swap once" },
    ],
    seeAlso: ["build", "apply"],
    needsWhen: { "to swap programs in": CHANGE },
  },
  args: {
    ...directoriesArg,
    try: { type: "boolean", description: "Run the modules' tests; swap nothing" },
    once: { type: "boolean", description: "End after the first time" },
    ...engineArgs,
  },
  async run({ args }) {
    const [{ develop }, { stopSignal }, { resolve }] = await Promise.all([
      import("../dev/develop.js"),
      import("../stop-signal.js"),
      import("node:path"),
    ]);
    const given = args.directories ?? [];
    await develop({
      directories: (given.length === 0 ? ["."] : given).map((directory) => resolve(directory)),
      pinDir: args["pin-dir"],
      tests: args.try,
      once: args.once,
      json: args.json,
      verbose: args.verbose,
      signal: stopSignal(),
    });
  },
});
