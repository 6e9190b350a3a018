import { defineArgs } from "./define.js";

/** Flags that every command has. */
export const commonArgs = defineArgs({
  json: { type: "boolean", description: "Print one JSON document instead of text" },
  verbose: {
    type: "boolean",
    description: "Print everything known about an error, with the verifier's log",
  },
  "no-color": { type: "boolean", description: "No colours on the terminal; so does NO_COLOR=1" },
});

/** Flags of commands that talk to an engine. */
export const engineArgs = defineArgs({
  ...commonArgs,
  "pin-dir": {
    type: "string",
    description: "Directory on a BPF file system where the engine lives",
    valueHint: "directory",
    complete: "directory",
    env: "EMPTCP_PIN_DIR",
    default: "/sys/fs/bpf/emptcp",
  },
});

/** Module packages to work on; the working directory unless given. */
export const directoriesArg = {
  directories: {
    type: "positional",
    description: "Directories of module packages",
    valueHint: "directory",
    complete: "directory",
    variadic: true,
    required: false,
  },
} as const;
