import { commonArgs } from "../common-args.js";
import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "schema",
    summary: "Write the JSON schema of policy files, for editors",
    description: [
      "Made from the modules that are installed: editors complete names and parameters, show what they mean and mark mistakes. " +
        "Write it anew after a module was installed.",
      "With `# yaml-language-server: $schema=emptcp.schema.json` as its first line a YAML file is checked by every editor that " +
        "uses yaml-language-server (VS Code with its YAML extension, Neovim, Helix, Emacs).",
    ],
    examples: [{ run: "emptcp schema --out emptcp.schema.json", does: "write it to a file" }],
    seeAlso: ["plan", "fmt"],
  },
  args: {
    out: {
      type: "string",
      description: "File to write it to; absent: standard output",
      valueHint: "file",
      complete: "file",
    },
    ...commonArgs,
  },
  async run({ args }) {
    const [{ discoverModules, policyFileSchema }, { writeWhole }, { printJson }] = await Promise.all([
      import("@emptcp/core"),
      import("../write-whole.js"),
      import("../json.js"),
    ]);
    const catalog = discoverModules();
    const schema = policyFileSchema(catalog);
    if (args.out === undefined) return printJson(schema);
    writeWhole(args.out, `${JSON.stringify(schema, null, 2)}\n`);
    const modules = catalog.list().length;
    if (args.json) printJson({ file: args.out, modules });
    else process.stdout.write(`${args.out}: schema of ${modules} modules\n`);
  },
});
