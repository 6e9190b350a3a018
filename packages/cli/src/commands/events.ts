import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { READ } from "../privileges.js";

export default defineCommand({
  meta: {
    name: "events",
    summary: "Print the events that modules report",
    description: [
      "Prints one event on each line until it is interrupted. Each event reaches one reader only: two that run at the same time " +
        "share them.",
    ],
    examples: [
      { run: "emptcp events", does: "print events as they come" },
      { run: "emptcp events --json --count 10 | jq .", does: "ten events for another program" },
    ],
    needs: READ,
  },
  args: {
    count: { type: "string", kind: "number", min: 1, description: "End after this many events" },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { stopSignal }, { streamEvents }, { printEvent }, { fail }] = await Promise.all([
      import("../with-engine.js"),
      import("../stop-signal.js"),
      import("../events/stream.js"),
      import("../events/print.js"),
      import("@emptcp/core"),
    ]);
    const { count } = args;
    await privileged();
    const signal = stopSignal();
    await withEngine(args["pin-dir"], async (engine) => {
      if (engine.current().number === 0) fail("ERR_EMPTCP_NOT_RUNNING", { directory: args["pin-dir"] });
      const options = { signal, ...(count !== undefined && { count }) };
      await streamEvents(engine, args["pin-dir"], options, (event) => printEvent(event, args.json));
    });
  },
});
