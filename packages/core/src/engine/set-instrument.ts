import { fail } from "../errors.js";
import { commit, type CommitContext } from "./commit.js";
import { digestsOf } from "./history/differences.js";
import { catalogOf } from "./history/module-store.js";
import { makeProfileMaps } from "./instrument-maps.js";
import type { Instrument } from "./instrument.js";
import type { EngineState } from "./state.js";

const MOST = 1 << 20;

/**
 * Switches instruments by a generation with the same policy sets and the same modules.
 *
 * @param prepare makes the maps that it needs, as the only writer
 * @returns the generation that runs since
 * @throws ERR_EMPTCP_NOT_RUNNING
 */
export async function setInstrument(
  state: EngineState,
  instrument: Partial<Instrument>,
  detail: string,
  prepare: (context: CommitContext) => void = () => undefined,
): Promise<number> {
  if (!state.pins.exists()) fail("ERR_EMPTCP_NOT_RUNNING", { directory: state.pins.root });
  return state.exclusively(
    (context, running) => {
      prepare(context);
      const { catalog } = catalogOf(state.modules, digestsOf(running.modules), context.catalog);
      return commit(state.withCatalog(context, catalog), running, running.sets, { instrument }).number;
    },
    { what: "instrument", detail },
  );
}

/**
 * Times the bodies of steps and the entries, or no longer does; all times begin at zero.
 *
 * @param sample one packet in so many is timed, for each step and CPU: a power of two
 * @throws ERR_EMPTCP_PROFILE, ERR_EMPTCP_NOT_RUNNING
 */
export async function setProfile(
  state: EngineState,
  profile: { readonly sample: number } | false,
): Promise<number> {
  const sample = profile === false ? 0 : profile.sample;
  const valid = Number.isInteger(sample) && sample <= MOST && (sample & (sample - 1)) === 0;
  if (!valid || (profile !== false && sample < 1)) fail("ERR_EMPTCP_PROFILE", { sample });
  return setInstrument(
    state,
    { profile: sample },
    sample === 0 ? "profile off" : `profile 1 in ${sample}`,
    ({ pins }) => {
      if (sample > 0) makeProfileMaps(pins);
    },
  );
}
