import { readFileSync } from "node:fs";

/** Contents of a file of /proc or /sys without white space at the ends; undefined when there is no such file. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "EINVAL"].includes(code)) return undefined;
    throw error;
  }
}

/** A file that holds one whole number. */
export function readNumber(path: string): number | undefined {
  const text = readText(path);
  return text === undefined || !/^-?\d+$/.test(text) ? undefined : Number(text);
}
