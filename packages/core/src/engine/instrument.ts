/** What runs beside the policies' own work; see docs/protocol.md. */
export interface Instrument {
  /** The body of one of so many packets is timed, for each step, CPU and entry; 0: none. A power of two. */
  readonly profile: number;
  /** Programs tell packets that match the trace filter. */
  readonly trace: boolean;
  /** `emptcp_log()` of modules is on. */
  readonly log: boolean;
}

/** Nothing but policies: the programs have no code for it. */
export const NO_INSTRUMENT: Instrument = { profile: 0, trace: false, log: false };
