import { visible } from "./terminal.js";

/** Shows how far a long operation is. */
export interface Progress {
  /** Says what is being done, and how much of it is. */
  step(what: string, done: number, total: number): void;
  /** Says what is being done, where nobody knows how much of it there is. */
  note(what: string): void;
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
  const show = (text: string): void => {
    if (!stream.isTTY || now() - started < PATIENCE) return;
    shown = true;
    stream.write(`\r\u001b[K${visible(text)}`);
  };
  return {
    step: (what, done, total) => show(`${what} ${done}/${total}`),
    note: show,
    end() {
      if (shown) stream.write("\r\u001b[K");
      shown = false;
    },
  };
}
