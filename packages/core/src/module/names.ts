/** One name, three spellings: npm `set-window`, C `set_window`, TypeScript `setWindow`. */

/** The kernel cuts program names after this many characters. */
export const SYMBOL_LENGTH = 15;

/** True for `set-window`: lower-case words joined by single hyphens, a letter first. */
export function isKebab(name: string): boolean {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name);
}

export function kebabToSnake(name: string): string {
  return name.replaceAll("-", "_");
}

export function kebabToCamel(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

export function snakeToKebab(name: string): string {
  return name.replaceAll("_", "-");
}

export function camelToKebab(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
}

/** `@emptcp/actor-set-window` → `set-window`; undefined when it is not a module package's name. */
export function moduleOfPackage(name: string): string | undefined {
  const found = /^(?:@[^/]+\/)?(?:emptcp-)?(?:actor|selector)-(.+)$/.exec(name);
  return found?.[1];
}
