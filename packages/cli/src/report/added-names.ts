import { basename } from "node:path";

/** Bytes of a name: with the directory before it, a header of tar holds 99. */
const MOST = 80;

function cut(text: string, bytes: number): string {
  let kept = "";
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept;
}

/** Names for added files in the archive, each another one: `added-apply.log`, `added-2-apply.log`. */
export function addedNames(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path, i) => {
    const plain = cut(`added-${basename(path)}`, MOST);
    const name = taken.has(plain) ? cut(`added-${i + 1}-${basename(path)}`, MOST) : plain;
    taken.add(name);
    return name;
  });
}
