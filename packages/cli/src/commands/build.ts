import { commonArgs, directoriesArg } from "../common-args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "build",
    summary: "Build modules: objects, manifest, editor settings",
    description: [
      "Compiles a module's `src/<symbol>.bpf.c` once for each of its hooks, bundles `src/index.ts`, compares the parameters and keys " +
        "of both, and writes all of it with the manifest to `dist`. What was there stays until the new one is whole. Also writes " +
        "`compile_flags.txt`, with which clangd and editors that use it know the SDK.",
      "Needs clang and llvm-strip. Whoever installs the package needs neither.",
    ],
    examples: [
      { run: "emptcp build", does: "build the module in this directory" },
      { run: "emptcp build --verify", does: "and let the kernel's verifier look at it" },
    ],
    seeAlso: ["dev"],
    needsWhen: { "with --verify": CHANGE },
  },
  args: {
    ...directoriesArg,
    verify: {
      type: "boolean",
      description: "Load the objects into the kernel once, attached to nothing",
    },
    ...commonArgs,
  },
  async run({ args }) {
    const { buildAll } = await import("../dev/build-all.js");
    const given = args.directories ?? [];
    const results = await buildAll(given.length === 0 ? ["."] : given, { verify: args.verify });
    if (args.json) {
      const { printJson } = await import("../json.js");
      return printJson({ built: results.map(({ digest: _, ...rest }) => rest) });
    }
    for (const { name, built, verified } of results) {
      process.stdout.write(`${name}: ${built ? "built" : "nothing changed"}\n`);
      if (verified.length > 0)
        process.stdout.write(`  the kernel's verifier accepts it on ${verified.join(", ")}\n`);
    }
  },
});
