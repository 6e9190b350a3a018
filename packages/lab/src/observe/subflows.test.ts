import { describe, expect, it } from "vitest";
import { parseSubflows } from "./subflows.js";

/** Lines of `ss -tinHO` on Linux 6.18, iproute2 6.1, shortened in the middle. */
const LINES = `0 1300192 [::ffff:10.0.100.1]:5201 [::ffff:10.0.2.1]:35685 bbr wscale:10,10 rto:300 rtt:98.346/0.278 mss:1448 cwnd:164 bytes_sent:4328308 bytes_retrans:157012 bytes_acked:3945320 segs_out:3257 segs_in:2982 minrtt:40 snd_wnd:8735744 tcp-ulp-mptcp flags:JBec token:0000(id:3)/0b68f22a(id:0) seq:b32a sfseq:0 ssnoff:8562 maplen:0
0 0 10.0.2.1%path2:35685 10.0.100.1:5201 bbr wscale:10,10 rtt:40.141/20.07 bytes_acked:1 bytes_received:3983892 segs_out:3009 segs_in:3010 minrtt:40.141 tcp-ulp-mptcp flags:Jjecv token:b68f22a(id:0)/610763de(id:3) seq:dd5f
0 0 [fd00:100::1]:5201 [fd00:1::1]:48372 bbr rtt:29.981/21.183 bytes_sent:4 bytes_acked:4 tcp-ulp-mptcp flags:Mec token:0000(id:0)/101e2dd5(id:0) seq:d5c9
0 0 10.0.1.1:22 10.0.1.2:5555 cubic rtt:1/2 bytes_sent:4
`;

describe("parseSubflows", () => {
  const [joined, client, first, ...rest] = parseSubflows(LINES);

  it("leaves out what is no subflow", () => {
    expect(rest).toEqual([]);
  });

  it("reads ends, token, flags and amounts", () => {
    expect(joined).toEqual({
      local: "10.0.100.1",
      localPort: 5201,
      remote: "10.0.2.1",
      remotePort: 35685,
      token: "b68f22a",
      joined: true,
      backupAskedByPeer: true,
      backupAskedHere: false,
      sendQueue: 1300192,
      bytesSent: 4328308,
      bytesRetransmitted: 157012,
      bytesAcked: 3945320,
      bytesReceived: 0,
      segmentsOut: 3257,
      segmentsIn: 2982,
      rttMs: 98.346,
      minRttMs: 40,
    });
  });

  it("says addresses as policies do", () => {
    expect(client).toMatchObject({
      local: "10.0.2.1",
      remote: "10.0.100.1",
      token: "610763de",
      joined: true,
    });
    expect(first).toMatchObject({ local: "fd00:100::1", remote: "fd00:1::1", joined: false });
  });
});
