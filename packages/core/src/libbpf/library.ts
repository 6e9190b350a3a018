import { koffi, type NativeFunction } from "./koffi.js";
import { LibraryError } from "./system-error.js";
import { prototypes, type LibbpfSymbol } from "./prototypes.js";

type Library = ReturnType<ReturnType<typeof koffi>["load"]>;

let library: Library | undefined;
const functions = new Map<LibbpfSymbol, NativeFunction>();

/** Where libbpf is: the file that EMPTCP_LIBBPF names, or what the system's linker finds. */
export function libraryPath(): string {
  return process.env["EMPTCP_LIBBPF"] ?? "libbpf.so.1";
}

function load(): Library {
  if (library) return library;
  const path = libraryPath();
  let handle: Library;
  try {
    handle = koffi().load(path);
  } catch (cause) {
    const wayOut =
      process.env["EMPTCP_LIBBPF"] === undefined
        ? "install it: apt-get install libbpf1"
        : "EMPTCP_LIBBPF names this file: correct or unset it";
    throw new LibraryError(
      `load ${path}: ${cause instanceof Error ? cause.message : String(cause)}; ${wayOut}`,
      { cause },
    );
  }
  checkVersion(path, handle);
  library = handle;
  return handle;
}

function checkVersion(path: string, handle: Library): void {
  let major: number;
  let text: string;
  try {
    major = Number(handle.func("uint32_t libbpf_major_version()")());
    text = String(handle.func("const char *libbpf_version_string()")());
  } catch (cause) {
    throw new LibraryError(`load ${path}: not libbpf 1.0 or later: apt-get install libbpf1`, { cause });
  }
  if (major !== 1)
    throw new LibraryError(`load ${path}: version ${text} is not 1.x: apt-get install libbpf1`);
}

/** Version of the loaded libbpf, e.g. "v1.1". @throws LibraryError when there is none */
export function libbpfVersion(): string {
  return String(load().func("const char *libbpf_version_string()")());
}

/**
 * A function of libbpf, bound at first use.
 *
 * @throws LibraryError when libbpf is missing, or too old to have it
 */
export function libbpf(symbol: LibbpfSymbol): NativeFunction {
  let bound = functions.get(symbol);
  if (!bound) {
    try {
      bound = load().func(prototypes[symbol]) as unknown as NativeFunction;
    } catch (cause) {
      if (cause instanceof LibraryError) throw cause;
      throw new LibraryError(
        `find ${symbol} in ${libraryPath()} (${libbpfVersion()}): use a newer libbpf 1.x`,
        { cause },
      );
    }
    functions.set(symbol, bound);
  }
  return bound;
}
