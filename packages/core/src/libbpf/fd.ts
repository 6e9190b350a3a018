import { callLibc, libc } from "./libc.js";

const F_DUPFD_CLOEXEC = 1030;

/** Where each open fd of this library came from, while tracing. */
let trace: Map<Fd, string> | undefined;

/** An owned file descriptor: closed once, unusable afterwards. */
export class Fd {
  #fd: number;

  /**
   * Takes ownership of an open descriptor.
   *
   * @param what what it is, for messages, e.g. "map emptcp_rows"
   */
  constructor(
    fd: number,
    readonly what: string,
  ) {
    if (!Number.isInteger(fd) || fd < 0) throw new RangeError(`own ${what}: ${fd} is not a file descriptor`);
    this.#fd = fd;
    trace?.set(this, new Error().stack ?? "");
  }

  /** A second descriptor for the same thing. @throws SystemError when `fd` is not open */
  static duplicate(fd: number, what: string): Fd {
    return new Fd(callLibc(`duplicate ${what}`, "fcntl", checkFd(fd, what), F_DUPFD_CLOEXEC, 3), what);
  }

  /** The number. @throws Error after close */
  get fd(): number {
    if (this.#fd < 0) throw new Error(`use of closed ${this.what}`);
    return this.#fd;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#fd < 0;
  }

  /** Closes it; a second time does nothing. */
  close(): void {
    if (this.#fd < 0) return;
    libc("close")(this.#fd);
    this.#fd = -1;
    trace?.delete(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** @throws RangeError when it cannot be a descriptor */
export function checkFd(fd: number, what: string): number {
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fff_ffff)
    throw new RangeError(`use ${what}: ${fd} is not a file descriptor`);
  return fd;
}

/**
 * Runs a function and reports the descriptors of this library that it opened and left open, for tests.
 *
 * @returns one stack per leaked descriptor
 */
export function traceFds(run: () => void): string[] {
  const outer = trace;
  const mine = new Map<Fd, string>();
  trace = mine;
  try {
    run();
  } finally {
    trace = outer;
  }
  return [...mine].map(([fd, stack]) => `${fd.what} was left open\n${stack}`);
}
