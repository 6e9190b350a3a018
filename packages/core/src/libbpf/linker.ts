import { readFileSync, writeFileSync } from "node:fs";
import { readElf } from "../object/elf.js";
import { checkForLinking } from "../object/validate.js";
import { Fd } from "./fd.js";
import { callLibc } from "./libc.js";
import { libbpf } from "./library.js";
import { koffi } from "./koffi.js";
import { capturePrints } from "./print.js";
import { SystemError } from "./system-error.js";

const MFD_CLOEXEC = 1;

/** An object file to link. */
export interface LinkInput {
  /** For messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

function memoryFile(name: string): Fd {
  const what = `memory file for ${name}`;
  return new Fd(callLibc(`create ${what}`, "memfd_create", name.slice(0, 200), MFD_CLOEXEC), what);
}

/** The linker takes file names only. */
const pathOf = (file: Fd): string => `/proc/self/fd/${file.fd}`;

/**
 * Links BPF objects into one with libbpf's static linker. A strong definition replaces a weak one; a missing
 * one goes unnoticed until the object is opened.
 *
 * @throws ObjectError for damaged objects, SystemError with libbpf's message, e.g. for symbols that clash
 */
export function linkObjects(objects: readonly LinkInput[]): Buffer {
  if (objects.length === 0) throw new RangeError("link objects: none given");
  const files: Fd[] = [];
  try {
    const output = memoryFile("linked");
    files.push(output);
    const inputs = objects.map(({ name, bytes }) => {
      // libbpf's linker (1.1.2) crashes on much that is damaged
      checkForLinking(readElf(bytes));
      const file = memoryFile(name);
      files.push(file);
      writeFileSync(pathOf(file), bytes);
      return { name, path: pathOf(file) };
    });
    link(pathOf(output), inputs);
    return readFileSync(pathOf(output));
  } finally {
    for (const file of files) file.close();
  }
}

function link(output: string, inputs: readonly { name: string; path: string }[]): void {
  const created = capturePrints(() => libbpf("bpf_linker__new")(output, null));
  if (!created.result) throw new SystemError("create linker", koffi().errno(), created.log);
  const linker = created.result;
  try {
    for (const { name, path } of inputs) {
      step(`link ${name}`, () => libbpf("bpf_linker__add_file")(linker, path, null));
    }
    step("finish linking", () => libbpf("bpf_linker__finalize")(linker));
  } finally {
    libbpf("bpf_linker__free")(linker);
  }
}

function step(what: string, run: () => number | bigint): void {
  const { result, log } = capturePrints(run);
  if (Number(result) < 0) throw new SystemError(what, -Number(result), log);
}
