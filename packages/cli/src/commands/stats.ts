import { engineArgs } from "../common-args.js";
import { defineCommand } from "../define.js";
import { CHANGE, READ } from "../privileges.js";
import { watchArgs } from "../watch.js";

export default defineCommand({
  meta: {
    name: "stats",
    summary: "Show what policies, rules and steps count",
    description: [
      "Packets and bytes of each policy; below it for each step what it decided (`next`: handed on to the next step) and which " +
        "changes it refused, by reason. For one policy its rules, too, busiest first. With `--watch` also per second.",
      "`--profile` times one packet in `--sample` at each step and entry, and shows the mean in nanoseconds; for that the programs " +
        "are exchanged as long as it runs. Without `--watch` it measures `--for` that long, 2s unless said otherwise.",
      "Without a terminal one line each, columns separated by tabs: hook, kind, name, packets, bytes, ns, verdicts, refusals.",
    ],
    examples: [
      { run: "emptcp stats", does: "all policies" },
      { run: "emptcp stats web/slow --watch", does: "a policy with its rules, each second" },
      { run: "emptcp stats --profile --for 10s", does: "nanoseconds of each step, measured for ten seconds" },
      { run: "emptcp stats --watch --json | jq -c .policies", does: "a stream for another program" },
    ],
    seeAlso: ["trace", "show", "list"],
    needs: READ,
    needsWhen: { "with --profile": CHANGE },
  },
  args: {
    policy: {
      type: "positional",
      description: "Policy set, or SET/POLICY; all without it",
      required: false,
      complete: "target",
      valueHint: "set[/policy]",
    },
    rules: {
      type: "string",
      kind: "number",
      description: "Rules to show of each policy at most (20 for one policy, else none)",
    },
    ...watchArgs,
    for: { type: "string", kind: "duration", min: "1ms", description: "End after this time" },
    profile: { type: "boolean", description: "Time the steps meanwhile" },
    sample: {
      type: "string",
      kind: "number",
      min: 1,
      max: 1 << 20,
      description: "With `--profile`: time one of so many packets, a power of two (default 64)",
    },
    ...engineArgs,
  },
  async run({ args, privileged }) {
    const [{ withEngine }, { stopSignal }, { runStats }, { requireSet }, { requireCapabilities }] =
      await Promise.all([
        import("../with-engine.js"),
        import("../stop-signal.js"),
        import("../stats/run.js"),
        import("../require-set.js"),
        import("../privileges.js"),
      ]);
    if (args.sample !== undefined && !args.profile) {
      const { UsageError } = await import("../usage-error.js");
      throw new UsageError(
        "read arguments: --sample says how many packets --profile times",
        "give --profile, too",
      );
    }
    await privileged();
    if (args.profile) await requireCapabilities("stats --profile", CHANGE);
    const [set, ...rest] = args.policy?.split("/") ?? [];
    const policy = rest.length > 0 ? rest.join("/") : undefined;
    await withEngine(args["pin-dir"], async (engine) => {
      if (set !== undefined) requireSet(engine, set);
      if (policy !== undefined) engine.policy(`${set}/${policy}`);
      const { watch, interval, json } = args;
      await runStats(engine, {
        rules: args.rules ?? (policy === undefined ? 0 : 20),
        ...(set !== undefined && { set }),
        ...(policy !== undefined && { policy }),
        ...(args.profile && { profile: args.sample ?? 64 }),
        ...(watch && { interval }),
        signal: () => stopSignal(args.for ?? (args.profile && !watch ? 2000 : undefined)),
        json,
      });
    });
  },
});
