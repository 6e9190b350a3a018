/** Prints a value as one JSON document; 64-bit counters become numbers where that is exact, else decimal text. */
export function printJson(value: unknown): void {
  const plain = (_: string, v: unknown): unknown =>
    typeof v === "bigint" ? (v <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(v) : v.toString()) : v;
  process.stdout.write(`${JSON.stringify(value, plain, 2)}\n`);
}
