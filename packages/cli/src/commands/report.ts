import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "report",
    summary: "Pack what a maintainer would ask for",
    description: [
      "Writes one archive with what `doctor` found, versions, the generation that runs, counters, history, lists of programs, maps and links, interfaces, settings and the kernel's messages about BPF. `--list` shows what would be in it, and writes nothing.",
      "Keys, tokens, packets, environment variables and contents of maps are never in it. Addresses are replaced by names, the same name for the same address, unless `--with-addresses` is given.",
    ],
    examples: [
      { run: "emptcp report --list", does: "show what would be packed" },
      { run: "emptcp report --add apply.log", does: "add the output of a command that failed" },
    ],
    seeAlso: ["doctor"],
  },
  args: {
    output: {
      type: "string",
      description: "File to write; it must not exist. Default: emptcp-report-DATE.tar.gz",
      valueHint: "file",
      complete: "file",
    },
    add: {
      type: "string",
      description: "Text file to add; addresses in it are replaced, too",
      valueHint: "file",
      complete: "file",
      multiple: true,
    },
    list: { type: "boolean", description: "Show what would be packed, and write nothing" },
    "with-addresses": { type: "boolean", description: "Leave IP and hardware addresses as they are" },
    ...engineArgs,
  },
  async run({ args }) {
    const [
      { discoverModules, openEngine },
      { collectReport, namespacesOf, Redaction, writeReport },
      { printTable },
      { printJson },
      { startProgress },
    ] = await Promise.all([
      import("@emptcp/core"),
      import("../report/write.js"),
      import("../table.js"),
      import("../json.js"),
      import("../progress.js"),
    ]);
    const modules = discoverModules();
    using engine = await openEngine({ pinDir: args["pin-dir"], modules });
    const progress = startProgress();
    const files = collectReport(
      { pinDir: args["pin-dir"], engine, modules, namespaces: namespacesOf(engine) },
      new Redaction(args["with-addresses"]),
      args.add ?? [],
      (name, done, total) => progress.step(name, done, total),
    );
    progress.end();
    const file = args.list ? undefined : writeReport(files, args.output);
    const listed = files.map(({ name, about, content }) => ({ name, bytes: content.length, about }));
    if (args.json) return printJson({ file, files: listed });
    printTable(
      ["FILE", "BYTES", "WHAT IT IS"],
      listed.map((f) => [f.name, String(f.bytes), f.about]),
    );
    if (file !== undefined) process.stdout.write(`${file}\n`);
  },
});
