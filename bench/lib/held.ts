/** Keeps things open until all are closed together, the last first. */
export class Held {
  readonly #things: { close(): void }[] = [];

  add<T extends { close(): void }>(thing: T): T {
    this.#things.push(thing);
    return thing;
  }

  close(): void {
    for (const thing of this.#things.splice(0).reverse()) thing.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
