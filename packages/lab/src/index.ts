export { LabError, type LabErrorCode } from "./errors.js";
export { SERVER, SIGNALLED, type Addresses, type PathAddresses } from "./testbed/addresses.js";
export { undoAtEnd } from "./testbed/ending.js";
export { forwarderPath } from "./testbed/forwarder.js";
export { Host, stop, type RunOptions, type RunResult } from "./testbed/host.js";
export { adoptLab, Lab, openLab, type OpenOptions } from "./testbed/lab.js";
export { parsePath, planLab, type LabPlan, type LabSpec, type PathSpec } from "./testbed/spec.js";
export { removeAbandoned } from "./testbed/teardown.js";
export { MPTCP_SUBTYPE, startCapture, type Capture, type CapturedPacket } from "./observe/capture.js";
export { counterDelta, harmIn, readCounters, type Counters } from "./observe/nstat.js";
export { listSubflows, type Subflow } from "./observe/subflows.js";
export {
  runIperf,
  startIperfServer,
  waitForListener,
  type IperfOptions,
  type IperfResult,
  type IperfServer,
} from "./traffic/iperf.js";
export {
  downloadIntact,
  startDownload,
  startWebServer,
  type Download,
  type DownloadOptions,
  type TransferEnd,
  type WebServer,
} from "./traffic/web.js";
export { readRecord, type FlowEnds, type FlowRecord } from "./observe/records.js";
