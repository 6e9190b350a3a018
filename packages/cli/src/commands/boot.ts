import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { FAILURE } from "../exit-code.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "boot",
    summary: "Put a directory of policy files into effect",
    description: [
      "What the unit for systemd runs before the network is up. All `.yaml`, `.yml` and `.json` files of the directory are put into effect in one generation. A broken file does not stop the others: it is reported, and the exit code is 1.",
      "Interfaces, namespaces and local addresses that are not there yet are no errors: `emptcp refresh` lets them join.",
    ],
    examples: [
      { run: "emptcp boot /etc/emptcp", does: "what happens at boot" },
      { run: "emptcp boot --prune /etc/emptcp", does: "also remove the sets whose file is gone" },
    ],
    exitCodes: { 1: "a file could not be put into effect; the others are" },
    seeAlso: ["apply", "refresh"],
    needs: CHANGE,
  },
  args: {
    directory: {
      type: "positional",
      description: "Directory with policy files",
      valueHint: "directory",
      complete: "directory",
      default: "/etc/emptcp",
    },
    prune: {
      type: "boolean",
      description: "Remove the running sets that no file has, unless a file cannot be read",
    },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [
      { policyFilesIn },
      { applyDirectory },
      { printError, reportOf },
      { withEngine },
      { printJson },
      { startProgress },
    ] = await Promise.all([
      import("../boot/policy-directory.js"),
      import("../boot/apply-directory.js"),
      import("../print-error.js"),
      import("../with-engine.js"),
      import("../json.js"),
      import("../progress.js"),
    ]);
    const files = policyFilesIn(args.directory);
    await privileged();
    const progress = startProgress();
    progress.note(`putting ${files.length} files into effect`);
    const outcome = await withEngine(args["pin-dir"], (engine) => applyDirectory(engine, files, args.prune));
    progress.end();
    if (outcome.files.some((f) => f.error !== undefined)) process.exitCode = FAILURE;
    if (args.json) {
      const plain = outcome.files.map(({ error, ...rest }) => ({
        ...rest,
        ...(error !== undefined && { error: reportOf(error) }),
      }));
      return printJson({ ...outcome, files: plain });
    }
    for (const { file, sets, error } of outcome.files) {
      if (error === undefined)
        process.stdout.write(
          `${file}: ${sets.join(", ") || "no sets"} in generation ${outcome.generation}\n`,
        );
      else printError(error, { json: false, verbose: args.verbose });
    }
    for (const name of outcome.removed) process.stdout.write(`${name} is removed\n`);
    if (files.length === 0) process.stdout.write(`there are no policy files in ${args.directory}\n`);
  },
});
