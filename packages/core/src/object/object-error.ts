/** An object file (ELF, BTF) is damaged, or of a kind that is not read here. */
export class ObjectError extends Error {
  override readonly name = "ObjectError";
}

/** @throws ObjectError always */
export function damaged(what: string): never {
  throw new ObjectError(`read object: ${what}`);
}
