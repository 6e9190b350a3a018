/** Flags that every command has. */
export const commonArgs = {
  json: { type: "boolean", description: "Print one JSON document instead of text", default: false },
  verbose: {
    type: "boolean",
    description: "Print everything known about an error, with the verifier's log",
    default: false,
  },
} as const;

/** Flags of commands that talk to an engine. */
export const engineArgs = {
  ...commonArgs,
  "pin-dir": {
    type: "string",
    description: "Directory on a BPF file system where the engine lives",
    valueHint: "directory",
    default: "/sys/fs/bpf/emptcp",
  },
} as const;
