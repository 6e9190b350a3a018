import type { CoreMaps } from "./core-maps.js";

/** Lets every packet pass at every hook, or ends that. @returns whether it was so before */
export function setBypass(maps: CoreMaps, on: boolean): boolean {
  const from = maps.active.read();
  maps.active.compareAndSwap(from, { ...from, bypass: on });
  return from.bypass;
}
