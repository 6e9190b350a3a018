import { tcp, testSelector, udp } from "@emptcp/testing";
import { subflow } from "../src/index.js";

const ip = { src: "10.0.1.1", dst: "10.0.2.2" };

testSelector(subflow, {
  sample: { src: "10.0.1.1:5000", dst: "10.0.2.2:443" },
  matches: [tcp({ ip, sport: 5000, dport: 443 })],
  misses: [
    tcp({ ip, sport: 5001, dport: 443 }),
    tcp({ ip, sport: 443, dport: 5000 }),
    udp({ ip, sport: 5000, dport: 443 }),
  ],
});
