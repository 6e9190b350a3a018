import { defineCommand } from "../define.js";

export default defineCommand({
  meta: {
    name: "lab",
    summary: "Run a testbed of network namespaces",
    description: [
      "A client, a router and a server, each in a network namespace of its own, with Multipath TCP over several paths of chosen " +
        "rate and delay. It stays until `emptcp lab down`, and touches nothing of the machine's own network.",
    ],
    examples: [
      { run: "emptcp lab up", does: "make the testbed" },
      { run: "emptcp lab run client -- ping -c 1 10.1.1.2", does: "run a command in one of its hosts" },
      { run: "emptcp lab down", does: "remove it" },
    ],
    seeAlso: ["demo"],
  },
  subCommands: {
    up: () => import("./lab/up.js"),
    show: () => import("./lab/show.js"),
    run: () => import("./lab/run.js"),
    down: () => import("./lab/down.js"),
  },
});
