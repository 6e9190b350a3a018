import { isDeepStrictEqual } from "node:util";
import { nextInstrument } from "./instrument-maps.js";
import { portKey, resolvePorts } from "./interfaces.js";
import { isAttached } from "./ports.js";
import type { EngineState } from "./state.js";

/** Interfaces that the running sets name and that are there now, as one text that changes when they do. */
export function interfaceState(state: EngineState): { readonly wanted: string; readonly attached: string } {
  const { sets, ports } = state.manifest();
  return {
    wanted: resolvePorts(sets).map(portKey).sort().join("\n"),
    attached: ports.map(portKey).sort().join("\n"),
  };
}

/** Whether every interface that should be attached to is, no change was interrupted, and no instrument left on. */
export function isFresh(state: EngineState): boolean {
  const { wanted, attached } = interfaceState(state);
  const { ports, instrument } = state.manifest();
  if (wanted !== attached || state.maps?.allocator.dirty) return false;
  if (!isDeepStrictEqual(nextInstrument(state.pins, instrument), instrument)) return false;
  return ports.every((port) => isAttached(state.pins, port));
}

/**
 * Calls `refresh` whenever an interface appears that a running set names, or one of them goes.
 *
 * @param interval milliseconds between two looks
 * @returns ends it
 */
export function watchInterfaces(
  state: EngineState,
  refresh: () => Promise<unknown>,
  onError: (error: unknown) => void,
  interval: number,
): () => void {
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const { wanted, attached } = interfaceState(state);
      if (wanted !== attached) await refresh();
    } catch (error) {
      onError(error);
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void look(), interval);
  timer.unref();
  return () => clearInterval(timer);
}
