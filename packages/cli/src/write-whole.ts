import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "./usage-error.js";

/**
 * Writes a file so that it holds either what it held before or all of the new text, with the owner and the mode that it
 * had. A symbolic link is refused: it would be replaced, or followed to who knows where.
 *
 * @throws UsageError
 */
export function writeWhole(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  let fd: number | undefined;
  try {
    const known = lstatSync(path, { throwIfNoEntry: false });
    if (known && !known.isFile()) {
      const what = known.isSymbolicLink() ? "it is a symbolic link" : "it is no regular file";
      throw new UsageError(`write ${path}: ${what}`, "name the file itself");
    }
    // Until it has its mode, nobody else reads what may be secret.
    fd = openSync(temporary, "wx", known ? 0o600 : 0o666);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    if (known) {
      const { uid, gid, mode } = statSync(path);
      if (process.getuid?.() === 0) fchownSync(fd, uid, gid);
      fchmodSync(fd, mode & 0o777);
    }
    fsyncSync(fd);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof UsageError) throw error;
    const { message } = error as Error;
    throw new UsageError(`write ${path}: ${message}`, "check the directory and its permissions");
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
