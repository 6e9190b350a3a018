export { inspectMachine, type InspectOptions } from "./inspect.js";
export { LEVELS, type CheckedFinding, type Finding, type Level } from "./types.js";
export { findSessions, type SessionSources } from "./sessions.js";
