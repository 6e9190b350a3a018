const MODULES = ["pass", "record", "set-window", "drop"] as const;

/** Different orders of modules, `count` of them, none longer than four. */
export function stepSequences(count: number): string[][] {
  const found: string[][] = [];
  let longest: string[][] = [[]];
  while (found.length < count) {
    longest = longest.flatMap((steps) => MODULES.map((module) => [...steps, module]));
    found.push(...longest);
  }
  return found.slice(0, count);
}

/** A policy file (JSON) of many policies over few step sequences; `round` changes a parameter of some. */
export function manyPolicies(policies: number, sequences: number, round: number): string {
  const orders = stepSequences(sequences);
  const step = (module: string): unknown =>
    module === "set-window" ? { "set-window": { window: 1000 + round } } : module;
  const set = {
    name: "many",
    attach: { "tc-ingress": ["@many"] },
    policies: Array.from({ length: policies }, (_, n) => ({
      name: `p${n}`,
      when: {
        "ip-pair": { src: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, dst: "192.0.2.1" },
      },
      chain: (orders[n % orders.length] ?? []).map(step),
    })),
  };
  return JSON.stringify(set);
}
