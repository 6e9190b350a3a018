import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOOKS, kebabToSnake, type Hook, type InstalledModule, type Manifest } from "@emptcp/core";
import { blankManifest, compile, describeObject, eventsOf, helpersOf, mapsOf } from "@emptcp/core/build";

/** A module that is made for a test: what its manifest says besides what its C says, and its C. */
export interface ModuleSource {
  readonly manifest: Pick<Manifest, "kind" | "module"> & Partial<Manifest>;
  /** The C source of a module, with EMPTCP_ACTOR or EMPTCP_SELECTOR. */
  readonly source: string;
  /** Default: all. */
  readonly hooks?: readonly Hook[];
}

/**
 * Compiles modules into a directory of their own, without packages or TypeScript around them. Maps, events, sizes,
 * helpers and the ABI in the manifest are those of the objects, unless the test says otherwise. `remove` (or
 * `using`) takes the directory away.
 */
export class ModuleWorkshop {
  #directory: string | undefined;
  #count = 0;

  /** Made when it is first asked for. */
  get directory(): string {
    return (this.#directory ??= mkdtempSync(join(tmpdir(), "emptcp-test-")));
  }

  /** @throws ERR_EMPTCP_BUILD with clang's messages */
  async make({ manifest, source, hooks = HOOKS }: ModuleSource): Promise<InstalledModule> {
    const symbol = kebabToSnake(manifest.module);
    const name = manifest.name ?? `@test/${manifest.kind}-${manifest.module}`;
    const dir = join(this.directory, `${++this.#count}`);
    mkdirSync(join(dir, "src"), { recursive: true });
    writeFileSync(join(dir, "src", `${symbol}.bpf.c`), source);
    const objects: Manifest["objects"] = {};
    let described: Partial<Manifest> = {};
    for (const hook of hooks) {
      const file = `${symbol}.${hook}.bpf.o`;
      const output = join(dir, "dist", file);
      await compile({ package: name, cwd: dir, source: `src/${symbol}.bpf.c`, output, hook });
      const bytes = readFileSync(output);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      Object.assign(objects, { [hook]: { file, sha256, size: bytes.length } });
      described = describe(bytes, name);
    }
    return { dir, manifest: blankManifest({ name, hooks, objects, ...described, ...manifest }) };
  }

  remove(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

function describe(bytes: Uint8Array, name: string): Partial<Manifest> {
  const { elf, btf, abi, params } = describeObject(bytes, name);
  return {
    abi,
    paramsSize: params?.size ?? 0,
    maps: mapsOf(btf, {}),
    events: eventsOf(elf, btf),
    helpers: helpersOf(elf),
  };
}
