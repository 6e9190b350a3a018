/**
 * Reads one line of comma-separated values (RFC 4180, without line feeds inside quotes).
 *
 * @returns undefined when a quote is not closed or stands in the wrong place
 */
export function csvFields(line: string): string[] | undefined {
  const fields: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y;
  while (pattern.lastIndex <= line.length) {
    const match = pattern.exec(line);
    if (!match) return undefined;
    const [, quoted, plain = "", end] = match;
    fields.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === "") return fields;
  }
  return fields;
}
