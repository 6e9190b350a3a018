import { arp, icmp, tcp, testSelector } from "@emptcp/testing";
import { dst } from "../src/index.js";

const v4 = (dst: string): { src: string; dst: string } => ({ src: "10.9.9.9", dst });
const v6 = (dst: string): { src: string; dst: string } => ({ src: "fd00::9", dst });

testSelector(dst, {
  sample: { address: "10.0.1.0/24" },
  matches: [tcp({ ip: v4("10.0.1.7") }), icmp({ ip: v4("10.0.1.255") })],
  misses: [tcp({ ip: v4("10.0.2.7") }), tcp({ ip: v6("fd00::1") }), arp({})],
});
