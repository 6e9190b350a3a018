import { defineCommand } from "../../define.js";
import { LAB } from "../../privileges.js";
import { labArgs } from "./args.js";

export default defineCommand({
  meta: {
    name: "lab run",
    summary: "Run a command in a host of the testbed",
    description: [
      "The command has this terminal. Its exit status becomes that of emptcp; 128 and the number of the signal when it was killed.",
    ],
    examples: [
      { run: "emptcp lab run client -- ping -c 1 10.1.1.2", does: "one ping from the client" },
      { run: "emptcp lab run server -- bash", does: "a shell in the server" },
    ],
    exitCodes: { 127: "there is no such command; otherwise the exit status of the command" },
    seeAlso: ["lab up"],
    needs: LAB,
  },
  args: {
    host: {
      type: "positional",
      description: "Where to run it",
      choices: ["client", "router", "server"],
    },
    command: {
      type: "positional",
      description: "The command and its arguments, after --",
      variadic: true,
      complete: "program",
    },
    ...labArgs,
  },
  async run({ args, privileged }) {
    await privileged();
    const [{ adoptLab }, { runInHost }] = await Promise.all([
      import("@emptcp/lab"),
      import("../../run-in-host.js"),
    ]);
    process.exitCode = await runInHost(adoptLab(args.id ?? "")[args.host], args.command);
  },
});
