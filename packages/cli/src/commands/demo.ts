import { defineCommand } from "citty";
import { commonArgs } from "../common-args.js";

export default defineCommand({
  meta: {
    name: "demo",
    description:
      "Show policies at work on real Multipath TCP connections, in a testbed that is gone afterwards",
  },
  args: commonArgs,
  async run({ args }) {
    const [{ requireRoot }, { runDemo }, { startProgress }, { printJson }, { FAILURE }] = await Promise.all([
      import("../privileges.js"),
      import("@emptcp/lab/demo"),
      import("../progress.js"),
      import("../json.js"),
      import("../exit-code.js"),
    ]);
    requireRoot("demo");
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
