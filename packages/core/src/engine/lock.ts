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
   * @param timeout milliseconds to wait
   * @throws ERR_EMPTCP_LOCKED when another writer is still at work after that time
   */
  static async acquire(directory: string, timeout: number): Promise<WriterLock> {
    const until = Date.now() + timeout;
    for (;;) {
      const release = flockExclusive(directory);
      if (release) return new WriterLock(release);
      if (Date.now() >= until) fail("ERR_EMPTCP_LOCKED", { directory, timeout });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  release(): void {
    this.#release();
  }
}
