let stoppedBy: NodeJS.Signals | undefined;

/**
 * For what goes on until somebody stops it (events, --watch): aborted by SIGINT, SIGTERM and SIGHUP, and when nobody reads
 * standard output any more. A second signal ends the process at once.
 *
 * @param milliseconds after which it is aborted anyway
 */
export function stopSignal(milliseconds?: number): AbortSignal {
  const stop = new AbortController();
  if (milliseconds !== undefined) setTimeout(() => stop.abort(), milliseconds).unref();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => {
      stoppedBy = name;
      stop.abort();
    });
  }
  process.stdout.once("error", () => stop.abort());
  return stop.signal;
}

/** After a command has cleared up: ends as if the signal had not been caught, so that shells see 130 and stop their loops. */
export function passSignalOn(): void {
  if (stoppedBy === undefined) return;
  process.removeAllListeners(stoppedBy);
  process.kill(process.pid, stoppedBy);
}
