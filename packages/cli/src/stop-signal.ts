let stoppedBy: NodeJS.Signals | undefined;

/**
 * For what goes on until somebody stops it (events, --watch): aborted by SIGINT, SIGTERM and SIGHUP, and when nobody reads
 * standard output any more. A second signal ends the process at once.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
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
