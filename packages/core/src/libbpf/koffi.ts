import { createRequire } from "node:module";
import type koffiModule from "koffi";
import { LibraryError } from "./system-error.js";

/** Untyped address in this process. */
export type Pointer = bigint;
export type Koffi = typeof koffiModule;
export type NativeFunction = ((...args: unknown[]) => number | bigint) & { readonly name: string };

let loaded: Koffi | undefined;

/**
 * koffi, loaded at first use: commands that need no kernel should not pay for it.
 *
 * @throws LibraryError when it has no binary for this machine
 */
export function koffi(): Koffi {
  if (loaded) return loaded;
  try {
    loaded = createRequire(import.meta.url)("koffi") as Koffi;
  } catch (cause) {
    throw new LibraryError(
      `load koffi: no usable binary for ${process.platform}-${process.arch}: run the package manager's install again without --no-optional`,
      { cause },
    );
  }
  return loaded;
}

/** Address of a buffer's first byte; the buffer must stay referenced while the address is in use. */
export function addressOf(buffer: Uint8Array): Pointer {
  return koffi().address(buffer);
}
