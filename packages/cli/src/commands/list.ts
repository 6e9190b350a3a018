import { defineCommand } from "citty";
import { engineArgs } from "../common-args.js";

export default defineCommand({
  meta: { name: "list", description: "List the policy sets that run, with where they are attached" },
  args: engineArgs,
  async run({ args }) {
    const [{ requireRoot }, { withEngine }, { printJson }, { printTable }, { formatAttach }] =
      await Promise.all([
        import("../privileges.js"),
        import("../with-engine.js"),
        import("../json.js"),
        import("../table.js"),
        import("../format/attach.js"),
      ]);
    requireRoot("list");
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
