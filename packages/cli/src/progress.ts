/** Shows how far a long operation is. */
export interface Progress {
  /** Says what is being done, and how much of it is. */
  step(what: string, done: number, total: number): void;
  /** Removes the line from the terminal. */
  end(): void;
}

/** After how many milliseconds progress is shown. */
const PATIENCE = 1000;

/** Progress on one line of a terminal, from the second second on; silent elsewhere. */
export function startProgress(
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = Date.now,
): Progress {
  const started = now();
  let shown = false;
  return {
    step(what, done, total) {
      if (!stream.isTTY || now() - started < PATIENCE) return;
      shown = true;
      stream.write(`\r\u001b[K${what} ${done}/${total}`);
    },
    end() {
      if (shown) stream.write("\r\u001b[K");
      shown = false;
    },
  };
}
