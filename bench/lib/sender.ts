/**
 * A process that sends packets at a steady rate through the root of a port: `sender.ts <path of the root> <packets a
 * second> <traced ones among them> <seconds>`. Prints how many it sent and nanoseconds per packet that is not traced.
 */
import { BpfProgram } from "@emptcp/core/libbpf";
import { median } from "./figure.js";
import { otherFrame, tcpFrame } from "./packets.js";

const TICK_MS = 1;
const [path = "", rate = "0", share = "0", seconds = "0"] = process.argv.slice(2);

using root = BpfProgram.fromPin(path);
const one = tcpFrame();
const other = otherFrame();
const begin = performance.now();
const end = begin + Number(seconds) * 1000;
const times: number[] = [];
let sent = 0;
let traced = 0;
for (let now = begin; now < end; now = performance.now()) {
  const due = ((now - begin) / 1000) * Number(rate) - sent;
  const dueTraced = Math.floor(((now - begin) / 1000) * Number(share) - traced);
  if (due >= 1) {
    const rest = Math.floor(due) - Math.max(0, dueTraced);
    if (dueTraced > 0) root.testRun({ data: one, repeat: dueTraced });
    if (rest > 0) times.push(root.testRun({ data: other, repeat: rest }).duration);
    traced += Math.max(0, dueTraced);
    sent += Math.max(0, rest) + Math.max(0, dueTraced);
  }
  await new Promise((resume) => setTimeout(resume, TICK_MS));
}
process.stdout.write(JSON.stringify({ sent, traced, ns: median(times) }));
