import { emptcpTable } from "./emptcp-table.js";
import { verifierCauses } from "./verifier-causes.js";

/** A part of a page that is written by a program, between two comments. */
export interface DocPart {
  /** Path of the page in the repository. */
  readonly page: string;
  /** `<!-- name: … -->` begins it, `<!-- end of name -->` ends it. */
  readonly name: string;
  /** Its Markdown. */
  readonly text: () => string;
}

/** Every part that `npm run docs:parts` writes. */
export const parts: readonly DocPart[] = [
  { page: "docs/guide/debug-the-verifier.md", name: "causes", text: verifierCauses },
  { page: "docs/from-emptcp.md", name: "modules", text: emptcpTable },
];

/** The page with the part as it should be. @throws Error when the page has no place for it */
export function withPart(page: string, { name, text }: DocPart): string {
  const place = new RegExp(`(<!-- ${name}: .*? -->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
  if (!place.test(page)) throw new Error(`write part ${name}: the page lacks its two comments`);
  return page.replace(place, (_, begin: string, end: string) => `${begin}\n${text().trim()}\n\n${end}`);
}
