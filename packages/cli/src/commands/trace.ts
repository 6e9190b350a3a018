import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { CHANGE } from "../privileges.js";
import type { TracedPacket } from "../trace/packets.js";

export default defineCommand({
  meta: {
    name: "trace",
    summary: "Tell what happens to packets, hop by hop",
    description: [
      "Shows for each packet which policy and rule matched, and for each step its module and version, what it decided, what it " +
        "changed by the names of the fields, and how long it took. The programs are exchanged for ones that report as long as the " +
        "trace runs; packets that the filter does not match are not slowed down by it.",
      "The filter is `[tcp|udp|icmp|proto N] [END [END]]`. An END is `ADDRESS`, `ADDRESS:PORT`, `:PORT` or `[ADDRESS]:PORT`; the " +
        "address can be a prefix, the port a range. One END matches packets from and to it, two match both directions between " +
        "them; `from END` and `to END` match one direction. Without a filter every packet is traced.",
      "A capture of `--pcapng` has each packet twice, as it came and as it left, with what each hop said as comments that " +
        "Wireshark shows.",
    ],
    examples: [
      {
        run: "emptcp trace tcp 10.0.0.1:443 --count 10",
        does: "ten packets from or to 10.0.0.1, TCP port 443",
      },
      { run: "emptcp trace from 10.0.0.0/8 to :8000-8100", does: "one direction only" },
      {
        run: "emptcp trace udp --sample 100 --for 10s --json",
        does: "one of 100 UDP packets, as JSON lines",
      },
      { run: "emptcp trace tcp --pcapng - | wireshark -k -i -", does: "follow the packets in Wireshark" },
    ],
    seeAlso: ["stats", "events", "wireshark(1)"],
    needs: CHANGE,
  },
  args: {
    filter: { type: "positional", description: "Which packets", required: false, variadic: true },
    interface: {
      type: "string",
      description: "Only at this interface, NAMESPACE/NAME for one of a named namespace",
      complete: "interface",
    },
    hook: { type: "string", description: "Only at this hook", choices: ["xdp", "tc-ingress", "tc-egress"] },
    count: { type: "string", kind: "number", min: 1, alias: "c", description: "End after this many packets" },
    for: { type: "string", kind: "duration", min: "1ms", description: "End after this time" },
    sample: { type: "string", kind: "number", min: 1, description: "Trace one of so many packets" },
    bytes: {
      type: "string",
      kind: "number",
      min: 0,
      max: 256,
      description: "Bytes to keep of each packet",
      default: "256",
    },
    pcapng: {
      type: "string",
      description: "Write a capture to this file instead of text; - is standard output",
      valueHint: "file",
      complete: "file",
    },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { stopSignal }, { parseFilter }, { runTrace }, { UsageError }] = await Promise.all(
      [
        import("../with-engine.js"),
        import("../stop-signal.js"),
        import("../trace/filter.js"),
        import("../trace/run.js"),
        import("../usage-error.js"),
      ],
    );
    const { count, hook, json, pcapng: file, sample } = args;
    const filter = { ...parseFilter(args.filter ?? []), ...(sample !== undefined && { sample }) };
    if (json && file === "-")
      throw new UsageError("read arguments: --json and --pcapng - both want standard output", "name a file");
    await privileged();
    const [{ drained, outputsFor }, { reportEnd }, { requirePort }, { wallClock }, { bootTimeNs }, { fail }] =
      await Promise.all([
        import("../trace/output.js"),
        import("../trace/report-end.js"),
        import("../trace/require-port.js"),
        import("../trace/describe.js"),
        import("@emptcp/core/libbpf"),
        import("@emptcp/core"),
      ]);
    const stop = stopSignal(args.for);
    await withEngine(args["pin-dir"], async (engine) => {
      if (engine.current().number === 0) fail("ERR_EMPTCP_NOT_RUNNING", { directory: args["pin-dir"] });
      requirePort(engine, args.interface, hook);
      const outputs = outputsFor(file, json, wallClock(bootTimeNs()));
      const request = {
        filter,
        signal: stop,
        capture: args.bytes,
        ...(count !== undefined && { count }),
        ...(hook !== undefined && { hook }),
        ...(args.interface !== undefined && { interface: args.interface }),
      };
      try {
        const tell = (packet: TracedPacket): void => outputs.forEach((output) => output.add(packet));
        reportEnd(await runTrace(engine, request, tell, () => drained(stop)));
      } finally {
        for (const output of outputs) output.close();
      }
    });
  },
});
