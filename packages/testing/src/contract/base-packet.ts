import { mptcp, opt, tcp, type Packet, type TcpFields } from "../packet/index.js";

/** A data segment as Linux sends it on an MPTCP subflow: timestamps and a DSS with a mapping, 36 of 40 option bytes. */
export function dataSegment(): Packet<TcpFields> {
  const payload = "payload of an ordinary data segment";
  return tcp({
    flags: ["psh", "ack"],
    seq: 1001,
    ack: 2002,
    options: [
      opt.nop,
      opt.nop,
      opt.timestamps(1000, 2000),
      mptcp.dss({ ack: 0x1111, ackSize: 4, dsn: 0x2222n, subflowSeq: 1, dataLength: payload.length }),
    ],
    payload,
  });
}
