import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { READ } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "list",
    summary: "List the policy sets that run",
    description: [
      "One line for each set, with where it is attached. Without a terminal the columns are separated by tabs.",
    ],
    examples: [
      { run: "emptcp list", does: "list the sets" },
      { run: "emptcp list | cut -f1", does: "only their names" },
    ],
    seeAlso: ["show"],
    needs: READ,
  },
  args: engineArgs,
  async run({ args, privileged }) {
    const [{ withEngine }, { printJson }, { printTable }, { formatAttach }] = await Promise.all([
      import("../with-engine.js"),
      import("../json.js"),
      import("../table.js"),
      import("../format/attach.js"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], (engine) => {
      const { number, sets, ports, modules } = engine.current();
      if (args.json) return printJson({ generation: number, sets, ports, modules });
      if (sets.length === 0) {
        if (process.stdout.isTTY) process.stdout.write("nothing runs\n");
        return;
      }
      const rows = sets.map((set) => [
        set.name,
        String(set.policies.length),
        formatAttach(set).join("; "),
        String(ports.filter((port) => port.sets.includes(set.name)).length),
        String(number),
      ]);
      printTable(["SET", "POLICIES", "ATTACHED TO", "PORTS", "GENERATION"], rows);
    });
  },
});
