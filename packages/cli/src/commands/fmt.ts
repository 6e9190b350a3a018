import { commonArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { DIFFERS } from "../exit-code.js";

export default defineCommand({
  meta: {
    name: "fmt",
    summary: "Write policy files in their canonical form",
    description: [
      "Order of keys, indentation, quotes and short forms become the same everywhere; comments and empty lines stay. What " +
        "the files mean does not change, and one that cannot be read is left as it is. Names of changed files are printed.",
    ],
    examples: [
      { run: "emptcp fmt web.yaml", does: "rewrite a file" },
      { run: "emptcp fmt --check web.yaml", does: "only say whether it would be rewritten" },
      { run: "emptcp fmt - < web.yaml", does: "from standard input to standard output" },
    ],
    exitCodes: { [DIFFERS]: "with `--check`: a file is not in its canonical form" },
    seeAlso: ["schema", "plan"],
  },
  args: {
    files: {
      type: "positional",
      description: "Policy files; - formats standard input to standard output",
      valueHint: "file",
      complete: "file",
      variadic: true,
    },
    check: { type: "boolean", description: "Change nothing; exit code 4 when a file would change" },
    ...commonArgs,
  },
  async run({ args }) {
    const [{ formatFiles }, { printJson }] = await Promise.all([
      import("../format-files.js"),
      import("../json.js"),
    ]);
    const results = await formatFiles(args.files, args.check, args.json);
    const changed = results.filter((one) => one.changed);
    if (args.json) printJson({ files: results });
    else for (const { file } of changed) if (file !== "-") process.stdout.write(`${file}\n`);
    if (args.check && changed.length > 0) process.exitCode = DIFFERS;
  },
});
