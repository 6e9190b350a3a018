/** Columns of a terminal; 100 where there is none, at least 40. */
export function columnsOf(stream: { readonly columns?: number }): number {
  return Math.max(40, stream.columns ?? 100);
}

/**
 * Breaks a text at spaces.
 *
 * @param width characters of a line, indentation included
 * @param indent of all lines but the first
 */
export function wrap(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  const words = text.trimStart().split(" ");
  let line = text.slice(0, text.length - text.trimStart().length) + (words.shift() ?? "");
  for (const word of words) {
    const next = `${line} ${word}`;
    if (next.length > width && line.trim() !== "") {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line = next;
  }
  return [...lines, line];
}
