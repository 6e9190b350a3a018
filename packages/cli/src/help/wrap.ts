/** Breaks a text into lines of at most `width` characters, at spaces; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  // What is typed stays on one line: `emptcp apply FILE`.
  for (const word of text.match(/`[^`]*`\S*|\S+/g) ?? []) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === "" ? lines : [...lines, line];
}

/** Two columns: terms, and what they mean, wrapped beside them. @param width of the whole in characters */
export function columns(rows: readonly (readonly [string, string])[], width: number, indent = 2): string[] {
  const MOST = 28;
  const left = Math.max(0, ...rows.map(([term]) => term.length).filter((length) => length <= MOST));
  const gap = " ".repeat(indent + left + 2);
  return rows.flatMap(([term, text]) => {
    const [first = "", ...rest] = wrap(text, width - gap.length);
    const own = term.length > left ? [`${" ".repeat(indent)}${term}`, `${gap}${first}`] : [];
    const head = own.length > 0 ? own : [`${" ".repeat(indent)}${term.padEnd(left)}  ${first}`];
    return [...head.map((line) => line.trimEnd()), ...rest.map((line) => `${gap}${line}`)];
  });
}
