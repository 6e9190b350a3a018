import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../errors.js";
import type { ModuleCatalog } from "../module/catalog.js";
import { SPOKEN_ABIS } from "../module/compatible.js";
import type { InstalledModule } from "../module/types.js";
import { moduleAbi } from "../object/module-abi.js";
import type { PacketHook } from "./layout.js";
import { EMPTY_STEP } from "./sequences.js";

/** An object file that was read once, with the digest of its bytes. */
export interface ObjectFile {
  readonly bytes: Buffer;
  readonly sha256: string;
}

const PACKAGE_ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Directory of core's package, found from `src/engine` as from `dist`. */
function coreDirectory(): string {
  return PACKAGE_ROOT.replace(/[\\/](src|dist)[\\/]?$/, "");
}

/** Reads objects of core and of installed modules; module objects must have the digest of their manifest. */
export class Objects {
  readonly #cache = new Map<string, ObjectFile>();
  readonly #spoken = new Set<string>();

  constructor(readonly catalog: ModuleCatalog) {}

  /** Core's own program of that name: `root`, `entry`. */
  core(name: string, hook: PacketHook): ObjectFile {
    return this.#read(join(coreDirectory(), "dist", "bpf", `${name}.${hook}.bpf.o`));
  }

  /** What a step runs: an installed module, or core's own program of chains without steps. */
  step(name: string, hook: PacketHook): ObjectFile {
    return name === EMPTY_STEP.package ? this.core("empty", hook) : this.module(name, hook);
  }

  /**
   * @throws ERR_EMPTCP_UNKNOWN_MODULE, ERR_EMPTCP_HOOK_UNSUPPORTED, ERR_EMPTCP_DIGEST when the file is
   * not the one that its manifest names, ERR_EMPTCP_ABI when it was built for another ABI
   */
  module(name: string, hook: PacketHook): ObjectFile {
    const installed = this.catalog.get(name);
    if (!installed) return fail("ERR_EMPTCP_UNKNOWN_MODULE", { module: name });
    const entry = installed.manifest.objects[hook];
    if (!entry) return fail("ERR_EMPTCP_HOOK_UNSUPPORTED", { module: name, hook });
    const file = this.#read(join(installed.dir, "dist", entry.file));
    if (file.sha256 !== entry.sha256) {
      fail("ERR_EMPTCP_DIGEST", {
        module: name,
        file: entry.file,
        expected: entry.sha256,
        actual: file.sha256,
      });
    }
    this.#checkAbi(installed, file);
    return file;
  }

  /** What the manifest says was checked before; here is what was compiled. */
  #checkAbi({ manifest }: InstalledModule, { bytes, sha256 }: ObjectFile): void {
    if (this.#spoken.has(sha256)) return;
    const abi = moduleAbi(bytes) ?? "none";
    if (abi === "none" || !SPOKEN_ABIS.includes(abi)) {
      const { name, version } = manifest;
      fail("ERR_EMPTCP_ABI", { package: name, version, abi, spoken: SPOKEN_ABIS.join(", ") });
    }
    this.#spoken.add(sha256);
  }

  #read(path: string): ObjectFile {
    let file = this.#cache.get(path);
    if (!file) {
      let bytes: Buffer;
      try {
        bytes = readFileSync(path);
      } catch (error) {
        return fail("ERR_EMPTCP_OBJECT_MISSING", { file: path }, { cause: error });
      }
      file = { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
      this.#cache.set(path, file);
    }
    return file;
  }
}
