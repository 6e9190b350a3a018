import { printError } from "../print-error.js";
import { styleFor, visible } from "../terminal.js";
import type { BuiltModule } from "./build-all.js";

/** ` 61 (+3)`: a number, and by how much it is another one than before. */
function change(now: number, before: number | undefined): string {
  const difference = before === undefined ? 0 : now - before;
  return difference === 0 ? `${now}` : `${now} (${difference > 0 ? "+" : ""}${difference})`;
}

/** `set-ttl: built, 61 (+3) instructions on xdp, 60 on tc-ingress`: a module, compared with the build before. */
export function describeBuild(now: BuiltModule, before: BuiltModule | undefined): string {
  const hooks = Object.entries(now.sizes).map(
    ([hook, { instructions }], i) =>
      `${change(instructions, before?.sizes[hook]?.instructions)}${i === 0 ? " instructions" : ""} on ${hook}`,
  );
  const bytes = Object.entries(now.sizes).map(
    ([hook, size]) => [size.bytes, before?.sizes[hook]?.bytes] as const,
  );
  const all = bytes.reduce((sum, [n]) => sum + n, 0);
  const old = before && bytes.reduce((sum, [, n]) => sum + (n ?? 0), 0);
  const what = now.built ? "built" : "nothing changed";
  return `${now.name}: ${what}, ${hooks.join(", ")}, ${change(all, old)} bytes`;
}

/** Text of compilers: their colours stay, all other control characters become visible. */
function coloured(text: string): string {
  return text
    .split(/(\u001b\[[0-9;]*[mK])/)
    .map((part, i) => (i % 2 ? part : visible(part)))
    .join("");
}

/** Prints why a build, a swap or a test run did not work. */
export function printFailure(
  error: unknown,
  options: { readonly json: boolean; readonly verbose: boolean },
): void {
  const { message, cause } = error as { message?: string; cause?: { stderr?: unknown } };
  const stderr = cause?.stderr;
  if (options.json || typeof stderr !== "string" || !stderr.includes("\u001b["))
    return printError(error, options);
  const [first = ""] = (message ?? "").split("\n");
  process.stderr.write(`${styleFor(process.stderr).red(visible(first))}\n${coloured(stderr)}`);
}
