import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";

/** Bytes of one file, and of everything that is read for one file of the command line. */
export const SIZE_LIMIT = 32 << 20;

/** Why a file cannot be read: for `read policy file x: …`, with the way out. */
export class FileRefusal {
  constructor(
    readonly reason: string,
    readonly hint?: string,
  ) {}
}

/** A file that was read. */
export interface ReadFile {
  readonly text: string;
  /** Its path without symbolic links. */
  readonly real: string;
  readonly size: number;
}

function whyNot(error: unknown): FileRefusal {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a directory",
    EACCES: "permission denied",
    ELOOP: "its symbolic links go in a circle",
  };
  return new FileRefusal(reasons[code ?? ""] ?? message);
}

/** Reads what an open file holds, as far as the limit. */
function readAll(fd: number): Buffer | FileRefusal {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.alloc(65_536);
    const n = readSync(fd, chunk);
    if (n === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, n));
    if ((size += n) > SIZE_LIMIT) {
      return new FileRefusal(
        `it is larger than ${SIZE_LIMIT >> 20} MiB`,
        "rules in bulk go through `emptcp rule load`",
      );
    }
  }
}

/**
 * Reads a text file.
 *
 * @param inside directory (without symbolic links) that the file must lie in, however many links lead to it; absent: any
 * file will do, pipes too
 */
export function readTextFile(path: string, inside?: string): ReadFile | FileRefusal {
  let fd: number | undefined;
  try {
    // An included pipe would wait for its writer.
    fd = openSync(path, constants.O_RDONLY | (inside === undefined ? 0 : constants.O_NONBLOCK));
    // What was opened counts, not what the path leads to a moment later.
    const real = inside === undefined ? realOf(path) : readlinkSync(`/proc/self/fd/${fd}`);
    const stat = fstatSync(fd);
    if (stat.isDirectory()) return new FileRefusal("it is a directory", "name the files in it");
    if (inside !== undefined) {
      const way = relative(inside, real);
      if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) {
        return new FileRefusal(
          `it lies outside of ${inside}`,
          "files are included from the directory of the file on the command line, and from below it",
        );
      }
      if (!stat.isFile()) return new FileRefusal("it is no regular file");
    }
    const bytes = readAll(fd);
    if (bytes instanceof FileRefusal) return bytes;
    if (bytes.includes(0)) return new FileRefusal("it is no text file");
    return { text: bytes.toString("utf8").replace(/^\ufeff/, ""), real, size: bytes.length };
  } catch (error) {
    return whyNot(error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** The directory that includes of a file may come from. */
export function directoryOf(file: string): string {
  return realOf(dirname(resolve(file)));
}
