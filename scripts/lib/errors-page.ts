import { errorNotes } from "../../packages/core/src/errors-notes.js";
import { errorTable, type ErrorCode } from "../../packages/core/src/errors-table.js";

const HEAD = `# Errors

Every error that eMPTCP throws on purpose is an \`EmptcpError\` with a stable \`code\`, a message that names the offending
value, and a \`hint\` that says what to do. Codes are never renamed or reused. When several things are wrong at once, all of
them are told: a \`ProblemsError\` carries a list of \`problems\`, each with the path of the place it is about.

In the messages below, \`{name}\` stands for a value. This page is generated from the table in
\`packages/core/src/errors-table.ts\` by \`npm run docs:errors\`; a test compares the two.
`;

/** The text of docs/errors.md. */
export function errorsPage(): string {
  const sections = Object.entries(errorTable).map(
    ([code, { message, hint }]) =>
      `## ${code}\n\n\`\`\`text\n${message}\n\`\`\`\n\n${note(code as ErrorCode)}\n\nThe hint says: ${sentence(hint)}\n`,
  );
  return [HEAD, ...sections].join("\n");
}

/** Cause and way out. */
function note(code: ErrorCode): string {
  const { cause, wayOut } = errorNotes[code];
  return `${escaped(cause)}\n\nWhat to do: ${escaped(wayOut)}`;
}

const escaped = (text: string): string => text.replace(/[<>]/g, (c) => `\\${c}`);

/** Hints are halves of sentences with values in braces; braces at the start of one would look like a template. */
const sentence = (hint: string): string => `${hint.replace(/[<>]/g, (c) => `\\${c}`)}.`;
