import { fragments, icmp, tcp, testSelector, udp } from "@emptcp/testing";
import { port } from "../src/index.js";

const v6 = { src: "fd00::1", dst: "fd00::2" };
const [first, second] = fragments(udp({ dport: 443, payload: "x".repeat(2000) }), 1000);

testSelector(port, {
  sample: { dst: 443 },
  matches: [tcp({ dport: 443 }), udp({ dport: 443 }), tcp({ dport: 443, ip: v6 }), ...(first ? [first] : [])],
  misses: [tcp({ sport: 443, dport: 80 }), icmp({}), ...(second ? [second] : [])],
});
