import { fail } from "../errors.js";
import type { CoreMaps } from "./core-maps.js";
import type { EngineState } from "./state.js";

/** @returns whether it was so before */
function write({ active }: CoreMaps, on: boolean): boolean {
  for (;;) {
    const from = active.read();
    if (active.compareAndSwap(from, { ...from, bypass: on })) return from.bypass;
  }
}

/**
 * Lets every packet pass at every hook, or ends that. It waits for nobody and needs nothing but the active cell: whoever
 * wants it may have no time. The journal is told afterwards, and what goes wrong there is in its `problem`.
 *
 * @param detail for the journal
 * @returns whether it was so before
 * @throws ERR_EMPTCP_NOT_RUNNING
 */
export async function setBypass(
  state: EngineState,
  on: boolean,
  detail: string = on ? "on" : "off",
): Promise<boolean> {
  const before = write(state.maps ?? fail("ERR_EMPTCP_NOT_RUNNING", { directory: state.pins.root }), on);
  try {
    await state.exclusively(() => undefined, { what: "bypass", detail });
  } catch (error) {
    state.journal?.miss(error);
  }
  return before;
}
