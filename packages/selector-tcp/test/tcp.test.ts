import { arp, icmp, tcp as tcpPacket, testSelector, udp } from "@emptcp/testing";
import { tcp } from "../src/index.js";

const v6 = { ip: { src: "fd00::1", dst: "fd00::2" } };

testSelector(tcp, {
  sample: {},
  matches: [tcpPacket({}), tcpPacket(v6)],
  misses: [udp({}), udp(v6), icmp({}), arp({})],
});
