import { commonArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { LAB } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "demo",
    summary: "Show eMPTCP at work on real connections",
    description: [
      "Makes a testbed of network namespaces, runs Multipath TCP connections through it with and without policies, and shows " +
        "the difference. Nothing of it is left afterwards.",
    ],
    examples: [{ run: "emptcp demo", does: "see it in a minute" }],
    seeAlso: ["lab"],
    needs: LAB,
  },
  args: commonArgs,
  async run({ args, privileged }) {
    const [{ runDemo }, { startProgress }, { printJson }, { FAILURE }] = await Promise.all([
      import("@emptcp/lab/demo"),
      import("../progress.js"),
      import("../json.js"),
      import("../exit-code.js"),
    ]);
    await privileged();
    const progress = startProgress();
    const { ok, rows } = await runDemo({
      onStep: (title) => progress.note(title),
      width: process.stdout.columns ?? 120,
      write: (text) => {
        progress.end();
        if (!args.json) process.stdout.write(text);
      },
    }).finally(() => progress.end());
    if (args.json) printJson({ ok, rows });
    if (!ok) process.exitCode = FAILURE;
  },
});
