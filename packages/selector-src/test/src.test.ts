import { arp, icmp, tcp, testSelector } from "@emptcp/testing";
import { src } from "../src/index.js";

const v4 = (src: string): { src: string; dst: string } => ({ dst: "10.9.9.9", src });
const v6 = (src: string): { src: string; dst: string } => ({ dst: "fd00::9", src });

testSelector(src, {
  sample: { address: "10.0.1.0/24" },
  matches: [tcp({ ip: v4("10.0.1.7") }), icmp({ ip: v4("10.0.1.255") })],
  misses: [tcp({ ip: v4("10.0.2.7") }), tcp({ ip: v6("fd00::1") }), arp({})],
});
