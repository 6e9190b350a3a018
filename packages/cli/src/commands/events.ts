import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { READ } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "events",
    summary: "Print the events that modules report",
    description: [
      "Prints one event on each line until it is interrupted: when (seconds since boot), which policy, hook, step and module, " +
        "what, and its members. Events wait in a buffer until they are read; when it is full they are lost, which is told.",
      "With `--pcapng` it writes what the actor `copy` copies as a capture for Wireshark, each packet with its policy; " +
        "`--count` counts packets then.",
      "Each event reaches one reader only: a second one is refused.",
    ],
    examples: [
      { run: "emptcp events", does: "print events as they come" },
      { run: "emptcp events --json --count 10 | jq .data", does: "ten events for another program" },
      { run: "emptcp events --pcapng - | tshark -r -", does: "packets that the actor copy has copied" },
      { run: "emptcp events --log", does: "also what modules say with emptcp_log(), switched on meanwhile" },
    ],
    needs: READ,
    seeAlso: ["maps", "stats", "trace"],
  },
  args: {
    count: { type: "string", kind: "number", min: 1, description: "End after this many events" },
    module: { type: "string", description: "Only events of this module", complete: "module" },
    event: { type: "string", description: "Only events with this name", valueHint: "name" },
    pcapng: {
      type: "string",
      description: "Write copied packets to this capture file; - is standard output",
      valueHint: "file",
      complete: "file",
    },
    log: {
      type: "boolean",
      description: "Switch the messages of modules on, and off again at the end",
    },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { stopSignal }, { followEvents }, { fail }, { UsageError }] = await Promise.all([
      import("../with-engine.js"),
      import("../stop-signal.js"),
      import("../events/follow.js"),
      import("@emptcp/core"),
      import("../usage-error.js"),
    ]);
    const { pcapng: file, json, module, event, log } = args;
    if (file !== undefined && (json || log || module !== undefined || event !== undefined))
      throw new UsageError(
        "read arguments: --pcapng writes what copy copies, --json, --log, --module and --event speak of other events",
        "leave out one of them",
      );
    await privileged();
    const signal = stopSignal();
    await withEngine(args["pin-dir"], async (engine) => {
      if (engine.current().number === 0) fail("ERR_EMPTCP_NOT_RUNNING", { directory: args["pin-dir"] });
      if (file === undefined) return followEvents(engine, { ...args, signal });
      const [{ captureTo }, { COPIED }] = await Promise.all([
        import("../events/capture-to.js"),
        import("../events/capture.js"),
      ]);
      engine.module(COPIED.module);
      return followEvents(engine, { ...args, ...COPIED, signal, sink: captureTo(engine, file) });
    });
  },
});
