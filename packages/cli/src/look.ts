import { printJson, printJsonLine } from "./json.js";

/** What a command shows: lines for people and other programs, or a document. */
export interface View {
  readonly lines: (stream: NodeJS.WriteStream) => readonly string[] | Promise<readonly string[]>;
  readonly document: () => unknown;
}

/** Flags that say how; those of watch.ts and common-args.ts. */
export interface LookFlags {
  readonly watch: boolean;
  /** Milliseconds. */
  readonly interval: number;
  readonly json: boolean;
}

/** Shows a view once, or again and again with `--watch`. */
export async function look({ watch, interval, json }: LookFlags, view: View): Promise<void> {
  const stream = process.stdout;
  if (!watch) {
    if (json) return printJson(view.document());
    for (const line of await view.lines(stream)) stream.write(`${line}\n`);
    return;
  }
  const [{ stopSignal }, { watchEach, watchLines }] = await Promise.all([
    import("./stop-signal.js"),
    import("./watch.js"),
  ]);
  const options = { interval, signal: stopSignal() };
  if (json) return watchEach(() => printJsonLine(view.document()), options);
  return watchLines(() => view.lines(stream), options);
}
