import { BenchEngine, benchSet, pair, setWindow } from "../lib/bench-engine.js";
import { median, type Figure } from "../lib/figure.js";
import { windows } from "./windows.js";

const GROUP = "Generation switches (engine.apply, from call to return)";

/** Time of one change after the other: parameters only, and chains of another length. */
export async function switchRows(times: number): Promise<Figure[]> {
  const bench = await BenchEngine.open("switches");
  try {
    const apply = async (list: readonly number[]): Promise<number> => {
      const chain = list.map(setWindow);
      const set = benchSet("set", { when: pair("ip-pair", "10.0.0.0", "192.0.2.1"), chain });
      const started = performance.now();
      await bench.engine.apply(set);
      return performance.now() - started;
    };
    await apply(windows(4));
    const data: number[] = [];
    const programs: number[] = [];
    for (let n = 0; n < times; n++) data.push(await apply(windows(4).map((window) => window - n - 1)));
    for (let n = 0; n < times; n++) programs.push(await apply(windows(n % 2 === 0 ? 3 : 4)));
    const figure = (name: string, all: readonly number[]): Figure => ({
      group: GROUP,
      name,
      hook: "xdp, tc-ingress",
      unit: "ms",
      best: Math.min(...all),
      median: median(all),
    });
    return [
      figure("data only: other parameters", data),
      figure("other programs: a chain of 3 or 4", programs),
    ];
  } finally {
    await bench.close();
  }
}
