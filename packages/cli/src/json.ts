/** 64-bit counters become numbers where that is exact, else decimal text. */
const plain = (_: string, v: unknown): unknown =>
  typeof v === "bigint" ? (v <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(v) : v.toString()) : v;

/** Prints a value as one JSON document; 64-bit counters become numbers where that is exact, else decimal text. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, plain, 2)}\n`);
}

/** A value as JSON on one line. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, plain);
}

/** Prints a value as one line of a stream of JSON documents (NDJSON). */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}
