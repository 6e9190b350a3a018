import { wrap } from "../help/wrap.js";

function escaped(line: string): string {
  const plain = line.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq");
  return plain.replace(/`([^`]*)`/g, "\\fB$1\\fR").replace(/^\./, "\\&.");
}

/** Text for man(7): nothing in it is a request or an escape, and what stands in backticks is bold. */
export function roffText(text: string): string {
  return wrap(text, 64).map(escaped).join("\n");
}

/** A line as it is typed: no backticks, no line breaks. */
export function roffLiteral(text: string): string {
  const escaped = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq");
  return escaped
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replace(/^\./, "\\&.");
}

/** A request with arguments in quotes: `.SH "EXIT STATUS"`. */
export function request(name: string, ...args: readonly string[]): string {
  return [`.${name}`, ...args.map((arg) => `"${arg.replaceAll('"', "\\(dq")}"`)].join(" ");
}
