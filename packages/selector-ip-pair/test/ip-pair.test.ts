import { arp, fragments, icmp, tcp, testSelector, udp } from "@emptcp/testing";
import { ipPair } from "../src/index.js";

const ip = { src: "10.0.1.1", dst: "10.0.2.2" };
const other = { src: "10.0.1.1", dst: "10.0.2.3" };
const long = udp({ ip, payload: "x".repeat(2000) });

testSelector(ipPair, {
  sample: { src: "10.0.1.1", dst: "10.0.2.2" },
  matches: [tcp({ ip }), udp({ ip }), icmp({ ip }), ...fragments(long, 1000)],
  misses: [
    tcp({ ip: other }),
    tcp({ ip: { src: ip.dst, dst: ip.src } }),
    tcp({ ip: { src: "fd00::1", dst: "fd00::2" } }),
    arp({}),
  ],
});
