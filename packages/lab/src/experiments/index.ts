export { runBackup, type BackupFacts } from "./backup.js";
export { runBlocked, type BlockedFacts } from "./blocked.js";
export { startConnection, until, type Connection, type ConnectionEnd, type Family } from "./connection.js";
export { runRecording, type RecordedSubflow, type RecordingFacts } from "./recording.js";
export { openStage, type Attach, type Stage } from "./stage.js";
export { runSwap, type SwapFacts } from "./swap.js";
