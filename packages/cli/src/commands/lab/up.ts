import { defineCommand } from "../../define.js";
import { LAB } from "../../privileges.js";
import { labArgs } from "./args.js";

export default defineCommand({
  meta: {
    name: "lab up",
    summary: "Make the testbed",
    description: [
      "Prints the names of its namespaces. Without --paths it has two paths of different rate and delay.",
    ],
    examples: [
      { run: "emptcp lab up", does: "the usual testbed" },
      {
        run: 'emptcp lab up --paths "20Mbit,10ms 5Mbit,40ms,tun"',
        does: "a fast path, and a slow one over a TUN device",
      },
    ],
    seeAlso: ["lab run", "lab down"],
    needs: LAB,
  },
  args: {
    paths: {
      type: "string",
      description: 'The paths, e.g. "20Mbit,10ms 5Mbit,40ms,tun"',
      valueHint: "paths",
    },
    ...labArgs,
  },
  async run({ args, privileged }) {
    const [{ openLab, parsePath }, { startProgress }, { printLab }] = await Promise.all([
      import("@emptcp/lab"),
      import("../../progress.js"),
      import("../../format/lab.js"),
    ]);
    const paths = args.paths
      ?.split(/\s+/)
      .filter((text) => text !== "")
      .map(parsePath);
    await privileged();
    const progress = startProgress();
    const lab = await openLab(
      { id: args.id ?? "", persistent: true, ...(paths && { paths }) },
      { onStep: (title) => progress.note(title) },
    ).finally(() => progress.end());
    printLab(lab, args.json);
  },
});
