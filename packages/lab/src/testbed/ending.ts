/** Signals that ask a process to end, and the exit status each stands for. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const pending = new Set<() => void>();
let installed = false;

/**
 * Has something undone when this process ends in any way that lets it: by itself, by an exception nobody caught, or by
 * SIGINT, SIGTERM or SIGHUP.
 * @param undo must not wait for anything
 * @returns a function that does it now, at most once; its `keep` has it not done at all
 */
export function undoAtEnd(undo: () => void): (() => void) & { keep(): void } {
  const once = (): void => {
    if (pending.delete(once)) undo();
  };
  pending.add(once);
  install();
  return Object.assign(once, { keep: () => void pending.delete(once) });
}

function install(): void {
  if (installed) return;
  installed = true;
  process.on("exit", undoAll);
  for (const [signal, status] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (pending.size > 0 || process.listenerCount(signal) === 1) process.exit(status);
    });
  }
}

/** The last thing begun is undone first. */
function undoAll(): void {
  for (const undo of [...pending].reverse()) {
    try {
      undo();
    } catch {
      // what else there is to undo matters more
    }
  }
}
