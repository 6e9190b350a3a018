import { closeSync, openSync } from "node:fs";
import { koffi } from "./koffi.js";
import { libc } from "./libc.js";
import { SystemError } from "./system-error.js";

const LOCK_EX = 2;
const LOCK_NB = 4;
const EAGAIN = 11;

/**
 * Takes the exclusive lock of a directory or file without waiting; it ends with the process.
 *
 * @returns what gives it back, `undefined` when somebody else has it
 * @throws Error ENOENT when there is no such directory
 */
export function flockExclusive(path: string): (() => void) | undefined {
  const fd = openSync(path, "r");
  if (Number(libc("flock")(fd, LOCK_EX | LOCK_NB)) === 0) {
    let held = true;
    return () => {
      if (held) closeSync(fd);
      held = false;
    };
  }
  const errno = koffi().errno();
  closeSync(fd);
  if (errno === EAGAIN) return undefined;
  throw new SystemError(`lock ${path}`, errno);
}
