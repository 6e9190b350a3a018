import { defineCommand } from "citty";
import { commonArgs } from "../common-args.js";

export default defineCommand({
  meta: {
    name: "lab",
    description:
      "Run a testbed of network namespaces: client, router and server with real MPTCP over several paths. " +
      "`lab up` makes it, `lab show` tells its addresses, `lab run HOST -- COMMAND` runs a command in it, `lab down` removes it",
  },
  args: {
    action: { type: "positional", description: "up, show, run or down", required: true },
    command: {
      type: "positional",
      description: "For run: client, router or server, then -- and the command",
      required: false,
    },
    id: { type: "string", description: "Tells several testbeds apart: a-z and 0-9", valueHint: "id" },
    paths: {
      type: "string",
      description: 'For up: the paths, e.g. "20Mbit,10ms 5Mbit,40ms,tun"',
      valueHint: "paths",
    },
    ...commonArgs,
  },
  async run({ args }) {
    const { labActions } = await import("../lab-actions.js");
    const { UsageError } = await import("../usage-error.js");
    const action = Object.hasOwn(labActions, args.action) ? labActions[args.action] : undefined;
    if (!action) {
      throw new UsageError(
        `read arguments: lab cannot "${args.action}"`,
        `it can ${Object.keys(labActions).join(", ")}`,
      );
    }
    await action({
      id: args.id ?? "",
      paths: args.paths,
      json: args.json,
      words: args._.slice(1),
    });
  },
});
