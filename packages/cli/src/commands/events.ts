import { defineCommand } from "citty";
import { engineArgs } from "../common-args.js";

export default defineCommand({
  meta: {
    name: "events",
    description: "Print the events that modules report, one on each line. Each event reaches one reader only",
  },
  args: {
    count: { type: "string", description: "End after this many events", valueHint: "number" },
    ...engineArgs,
  },
  async run({ args }) {
    const [{ requireRoot }, { withEngine }, { streamEvents }, { printEvent }, { UsageError }, { fail }] =
      await Promise.all([
        import("../privileges.js"),
        import("../with-engine.js"),
        import("../events/stream.js"),
        import("../events/print.js"),
        import("../usage-error.js"),
        import("@emptcp/core"),
      ]);
    const count = args.count === undefined ? undefined : Number(args.count);
    if (count !== undefined && (!Number.isSafeInteger(count) || count < 1)) {
      throw new UsageError(
        `read arguments: --count is "${args.count}"`,
        "it is a number of events, 1 or more",
      );
    }
    requireRoot("events");
    const stop = new AbortController();
    const end = (): void => stop.abort();
    process.once("SIGINT", end).once("SIGTERM", end);
    await withEngine(args["pin-dir"], async (engine) => {
      if (engine.current().number === 0) fail("ERR_EMPTCP_NOT_RUNNING", { directory: args["pin-dir"] });
      const options = { signal: stop.signal, ...(count !== undefined && { count }) };
      await streamEvents(engine, args["pin-dir"], options, (event) => printEvent(event, args.json));
    });
  },
});
