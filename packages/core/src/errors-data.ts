import type { ErrorNote } from "./errors-notes.js";
import type { ErrorEntry } from "./errors-table.js";

/** Errors of maps and events of modules. */
export const dataErrors = {
  ERR_EMPTCP_UNKNOWN_MAP: {
    message: 'find map "{map}" of {module}: it has {known}',
    hint: "correct the name{suggestion}; `emptcp maps` lists the maps of the modules that run",
  },
  ERR_EMPTCP_MAP_USE: {
    message: "{action} of {module}: {reason}",
    hint: "{hint}",
  },
  ERR_EMPTCP_MAP_VALUE: {
    message: '{module}: {part} of map "{map}": {path}: expected {expected}, got {got}',
    hint: "give each member as `emptcp maps {module} {map}` shows it{suggestion}",
  },
  ERR_EMPTCP_EVENTS_TAKEN: {
    message: "read events of {directory}: {reader} reads them already",
    hint: "each event reaches one reader only: end the other one first",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Their causes and ways out. */
export const dataNotes: Readonly<Record<keyof typeof dataErrors, ErrorNote>> = {
  ERR_EMPTCP_UNKNOWN_MAP: {
    cause: "The module runs but declares no map of this name.",
    wayOut:
      "`emptcp maps` lists the modules that run and their maps. The module's own prefix may be left out.",
  },
  ERR_EMPTCP_MAP_USE: {
    cause:
      "A map was asked for something that it cannot do: it was opened for reading, its type has no keys, or its values cannot be added up.",
    wayOut:
      "Open it with `map(name, { writable: true })` to change it; read ring buffers with `RingBuffer` of `@emptcp/core/libbpf`.",
  },
  ERR_EMPTCP_MAP_VALUE: {
    cause:
      "A key or value does not fit the C type that the map has: a member is missing, unknown, or out of range.",
    wayOut: "Give each member of the struct, as `emptcp maps` shows it. Every problem is told at once.",
  },
  ERR_EMPTCP_EVENTS_TAKEN: {
    cause: "The ring buffer of events has one reading position, so one process reads it at a time.",
    wayOut: "End the process that the message names, or let it hand the events on.",
  },
};
