import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { FAILURE } from "../exit-code.js";

export default defineCommand({
  meta: {
    name: "doctor",
    summary: "Look for what is wrong on this machine",
    description: [
      "Looks at the kernel, at libbpf and bpffs, at each interface, at programs of others, at the settings of Multipath TCP, at what runs, and at what was left over. Changes nothing and disturbs no packet.",
      "A note needs no action, a warning may, a problem does; below each stands the command that mends it. `--verbose` also says how each thing is known: probed, told by the driver, or inferred.",
      "Works without privileges; what cannot be looked at then is a note.",
    ],
    examples: [
      { run: "emptcp doctor", does: "look at this machine" },
      { run: "emptcp doctor --netns ue --verbose", does: "also at the namespace `ue`, with every detail" },
    ],
    exitCodes: { 1: "there is a problem" },
    seeAlso: ["report", "refresh"],
  },
  args: {
    netns: {
      type: "string",
      description: "Look at this network namespace, too; those with policies are looked at anyway",
      valueHint: "name",
      multiple: true,
    },
    ...engineArgs,
  },
  async run({ args }) {
    const [{ inspectMachine }, { printFindings }, { printJson }, { startProgress }] = await Promise.all([
      import("@emptcp/core"),
      import("../doctor/print.js"),
      import("../json.js"),
      import("../progress.js"),
    ]);
    const progress = startProgress();
    const findings = inspectMachine({
      pinDir: args["pin-dir"],
      namespaces: args.netns ?? [],
      onProgress: (check, done, total) => progress.step(`looking at ${check}`, done, total),
    });
    progress.end();
    if (args.json) printJson({ findings });
    else printFindings(findings, args.verbose);
    if (findings.some((f) => f.level === "problem")) process.exitCode = FAILURE;
  },
});
