import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BpfObject } from "@emptcp/core/libbpf";
import type { BenchHook } from "./hooks.js";

const BPF = join(import.meta.dirname, "../bpf");
const INCLUDE = join(import.meta.dirname, "../../packages/core/include");

/** Directory of the C library's headers for this machine, which `clang -target bpf` does not look into. */
function multiarch(): string[] {
  const triple = execFileSync("clang", ["-print-target-triple"], { encoding: "utf8" }).trim();
  return ["-idirafter", `/usr/include/${triple.replace("-pc-", "-").replace("-unknown-", "-")}`];
}

/** Compiles `bench/bpf/<name>.bpf.c` with the flags of published objects. */
function compile(name: string, hook: BenchHook): Buffer {
  const directory = mkdtempSync(join(tmpdir(), "emptcp-bench-"));
  try {
    const output = join(directory, "object.o");
    const define = `-DEMPTCP_HOOK_${hook.toUpperCase().replace("-", "_")}`;
    const flags = [
      "-O2",
      "-g",
      "-Wall",
      "-Werror",
      "-target",
      "bpf",
      "-mcpu=v3",
      define,
      "-I",
      INCLUDE,
      ...multiarch(),
    ];
    execFileSync("clang", [...flags, "-c", join(BPF, `${name}.bpf.c`), "-o", output], { stdio: "inherit" });
    return readFileSync(output);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const compiled = new Map<string, Buffer>();

/** Opens a program of the bench, not yet loaded, with its constants set. */
export function openBench(
  name: string,
  hook: BenchHook,
  rodata: Readonly<Record<string, number | Uint8Array>> = {},
): BpfObject {
  const key = `${name} ${hook}`;
  const bytes = compiled.get(key) ?? compile(name, hook);
  compiled.set(key, bytes);
  const object = BpfObject.open(bytes, { name: "bench" });
  for (const [variable, value] of Object.entries(rodata)) object.setRodata(variable, value);
  for (const program of object.programs()) {
    program.setType(hook === "xdp" ? "xdp" : "sched_cls");
    program.setExpectedAttachType(0);
  }
  return object;
}
