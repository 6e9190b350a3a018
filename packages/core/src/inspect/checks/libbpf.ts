import { libbpfVersion, libraryPath, LibraryError } from "../../libbpf/index.js";
import type { Check } from "../types.js";

export const libbpf: Check = {
  name: "libbpf",
  run() {
    try {
      return [{ level: "ok", message: `${libbpfVersion()} from ${libraryPath()}` }];
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      return [{ level: "problem", message: error.message, fix: "apt-get install libbpf1" }];
    }
  },
};
