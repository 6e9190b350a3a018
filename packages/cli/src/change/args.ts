import { engineArgs } from "../common-args.js";
import { defineArgs } from "../define.js";

/** Flags of commands that read the history. */
export const stateArgs = defineArgs({
  ...engineArgs,
  "state-dir": {
    type: "string",
    description: "Directory that keeps the history; it outlives the kernel",
    valueHint: "directory",
    complete: "directory",
    env: "EMPTCP_STATE_DIR",
    default: "/var/lib/emptcp",
  },
});

/** Asks nothing where something would be asked on a terminal. */
export const yesArg = defineArgs({
  yes: { type: "boolean", alias: "y", description: "Do not ask" },
});
