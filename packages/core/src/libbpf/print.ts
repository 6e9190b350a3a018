import { addressOf, koffi, type Pointer } from "./koffi.js";
import { libc } from "./libc.js";
import { libbpf } from "./library.js";

const LINE = 16384;
const DEBUG = 2;

let callback: Pointer | undefined;
let lines: string[] | undefined;
const scratch = Buffer.alloc(LINE);

function onPrint(level: number, format: unknown, args: unknown): number {
  try {
    if (level >= DEBUG || !lines) return 0;
    const length = Number(libc("vsnprintf")(addressOf(scratch), LINE, format, args));
    lines.push(scratch.toString("latin1", 0, Math.min(Math.max(length, 0), LINE - 1)));
  } catch {
    // a throw would pass through libbpf's frames and leave its objects half made
  }
  return 0;
}

/**
 * Collects what libbpf prints during a synchronous call; nothing of it reaches stderr. libbpf knows one
 * print function per process, so it is set for the time of the call only.
 */
export function capturePrints<T>(run: () => T): { result: T; log: string } {
  callback ??= koffi().register(onPrint, koffi().pointer(koffi().proto("int", ["int", "void *", "void *"])));
  const outer = lines;
  const mine: string[] = [];
  lines = mine;
  libbpf("libbpf_set_print")(callback);
  try {
    const result = run();
    return { result, log: mine.join("") };
  } finally {
    lines = outer;
    if (!outer) libbpf("libbpf_set_print")(null);
  }
}
