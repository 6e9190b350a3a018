import type { Reporter, TestModule } from "vitest/node";

/** Says after each kind of tests (unit, kernel, connections) how long it took. */
export class Phases implements Reporter {
  #kind: string | undefined;
  #started = 0;

  onTestModuleStart(module: TestModule): void {
    if (module.project.name === this.#kind) return;
    this.#end();
    this.#kind = module.project.name;
    this.#started = performance.now();
  }

  onTestRunEnd(): void {
    this.#end();
  }

  #end(): void {
    if (this.#kind === undefined) return;
    console.log(`== ${this.#kind} tests: ${((performance.now() - this.#started) / 1000).toFixed(1)} s`);
    this.#kind = undefined;
  }
}
