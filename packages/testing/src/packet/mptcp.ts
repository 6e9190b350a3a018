import * as crypto from "./mptcp-crypto.js";
import * as options from "./mptcp-options.js";

/** MPTCP options by their RFC 8684 names, and the values their fields must carry. */
export const mptcp = {
  capable: options.mpCapable,
  joinSyn: options.mpJoinSyn,
  joinSynAck: options.mpJoinSynAck,
  joinAck: options.mpJoinAck,
  dss: options.dss,
  addAddr: options.addAddr,
  removeAddr: options.removeAddr,
  prio: options.mpPrio,
  fail: options.mpFail,
  fastclose: options.mpFastclose,
  tcprst: options.mpTcprst,
  token: crypto.token,
  idsn: crypto.idsn,
  joinHmac: crypto.joinHmac,
  addAddrHmac: crypto.addAddrHmac,
  dssChecksum: crypto.dssChecksum,
} as const;
