import { spawnSync } from "node:child_process";

/** A program in a terminal of its own, driven by keys and read off its screen. */
export class Terminal {
  static #count = 0;
  readonly #socket = `emptcp-test-${process.pid}-${Terminal.#count++}`;

  /** @param columns width in characters @param env the program's whole environment */
  constructor(program: readonly string[], columns: number, env: Readonly<Record<string, string>>) {
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const size = ["-x", String(columns), "-y", "40"];
    this.#tmux("-f", "/dev/null", "new-session", "-d", ...size, "env", "-i", ...settings, ...program);
  }

  #tmux(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8" });
    if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`);
    return stdout;
  }

  /** Types text as it is. */
  type(text: string): void {
    this.#tmux("send-keys", "-l", "--", text);
  }

  /** Presses keys by their names: Tab, Enter, C-u. */
  press(...keys: string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  /** @param escapes with the sequences that colour it */
  screen(escapes = false): string {
    return this.#tmux("capture-pane", "-p", ...(escapes ? ["-e"] : [])).trimEnd();
  }

  /** Waits until the screen shows something. @throws Error with the screen when it does not in 5 seconds */
  async shows(what: RegExp): Promise<string> {
    for (const end = Date.now() + 20_000; Date.now() < end; ) {
      const screen = this.screen();
      if (what.test(screen)) return screen;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} is not on the screen:\n${this.screen()}`);
  }

  close(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }
}
