import { BenchEngine, benchSet, pair, setWindow } from "../lib/bench-engine.js";
import { openBench } from "../lib/compile.js";
import type { Figure } from "../lib/figure.js";
import { Held } from "../lib/held.js";
import { HOOKS } from "../lib/hooks.js";
import { measure, type Effort } from "../lib/measure.js";
import { otherFrame, tcpFrame, udpFrame } from "../lib/packets.js";

const GROUP = "Packets that no chain is for (the empty program included)";

/** What the engine costs packets that it lets pass: one policy, a pair of addresses with ports. */
export async function missRows(effort: Effort): Promise<Figure[]> {
  const bench = await BenchEngine.open("misses");
  try {
    const when = pair("subflow", "10.0.0.0:1024", "192.0.2.1:443");
    await bench.engine.apply(benchSet("one", { when, chain: [setWindow(1)] }));
    return HOOKS.flatMap((hook) => {
      using held = new Held();
      const object = held.add(openBench("empty", hook));
      object.load();
      const root = held.add(bench.root("one", hook));
      const costs = measure(
        {
          "empty program": { program: held.add(object.program("empty").program()), data: tcpFrame() },
          "TCP that no policy matches": { program: root, data: otherFrame() },
          "not TCP": { program: root, data: udpFrame() },
        },
        effort,
      );
      if (bench.matched("one", hook) !== 0n)
        throw new Error(`send packets that no policy matches at ${hook}: one did`);
      return Object.entries(costs).map(
        ([name, cost]): Figure => ({ group: GROUP, name, hook, unit: "ns", ...cost }),
      );
    });
  } finally {
    await bench.close();
  }
}
