import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { TYPES } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "maps",
    summary: "List and print the maps of modules",
    description: [
      "Without arguments: the maps of all modules that run. With a module: its maps. With a map: its entries, one on each " +
        "line, as the C types of the module say. Nothing is changed: maps are opened for reading only.",
    ],
    examples: [
      { run: "emptcp maps", does: "list the maps of all modules" },
      { run: "emptcp maps record flows", does: "print what record keeps of each subflow" },
      { run: "emptcp maps record flows --json | jq '.entries[].value.packets'", does: "for another program" },
    ],
    needs: TYPES,
    seeAlso: ["events", "list"],
  },
  args: {
    module: { type: "positional", required: false, description: "Name of the module", complete: "module" },
    map: { type: "positional", required: false, description: "Name of the map; `<module>_` may be left out" },
    count: { type: "string", kind: "number", min: 1, description: "Print at most this many entries" },
    sum: { type: "boolean", description: "Add the values of all CPUs up; default: each CPU's" },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { listMaps }, { dumpMap }, { fail }] = await Promise.all([
      import("../with-engine.js"),
      import("../maps/list.js"),
      import("../maps/dump.js"),
      import("@emptcp/core"),
    ]);
    await privileged();
    await withEngine(args["pin-dir"], async (engine) => {
      if (engine.current().number === 0) fail("ERR_EMPTCP_NOT_RUNNING", { directory: args["pin-dir"] });
      const { module, map, json, count = Infinity, sum } = args;
      if (module === undefined || map === undefined) return listMaps(engine, module, json);
      await dumpMap(engine.module(module), map, { json, count, sum });
    });
  },
});
