import { arp, icmp, tcp, testSelector } from "@emptcp/testing";
import { dst } from "../src/index.js";

const both = (address: string, v6 = false): { src: string; dst: string } =>
  v6 ? { src: "fd00::9", dst: "fd00::8", dst: address } : { src: "10.9.9.9", dst: "10.9.9.8", dst: address };

testSelector(dst, {
  sample: { address: "10.0.1.0/24" },
  matches: [tcp({ ip: both("10.0.1.7") }), icmp({ ip: both("10.0.1.255") })],
  misses: [tcp({ ip: both("10.0.2.7") }), tcp({ ip: both("fd00::1", true) }), arp({})],
});
