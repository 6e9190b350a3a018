import { statSync } from "node:fs";
import { flockExclusive } from "../libbpf/index.js";
import { fail } from "../errors.js";

const RETRY_MS = 10;

/** Held by the one process that changes what runs; released by `release` or by the end of the process. */
export class WriterLock {
  readonly #release: () => void;

  private constructor(release: () => void) {
    this.#release = release;
  }

  /**
   * Waits until no other process is changing what is pinned in `directory`.
   *
   * @param create makes the directory; another writer may take it away until the lock is held
   * @param timeout milliseconds to wait
   * @throws ERR_EMPTCP_LOCKED when another writer is still at work after that time
   */
  static async acquire(directory: string, timeout: number, create: () => void): Promise<WriterLock> {
    const until = Date.now() + timeout;
    for (;;) {
      const release = tryLock(directory, create);
      if (release) return new WriterLock(release);
      if (Date.now() >= until) fail("ERR_EMPTCP_LOCKED", { directory, timeout });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  release(): void {
    this.#release();
  }
}

/** Locks the directory that is there now; undefined when another writer has it, or has just removed it. */
function tryLock(directory: string, create: () => void): (() => void) | undefined {
  let release: (() => void) | undefined;
  try {
    create();
    const { ino } = statSync(directory);
    release = flockExclusive(directory);
    if (release && statSync(directory).ino === ino) return release;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      release?.();
      throw error;
    }
  }
  release?.();
  return undefined;
}
