import { expect, it } from "vitest";
import { watchLines } from "./watch.js";

function screen(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = "";
  const write = (chunk: string): boolean => {
    text += chunk;
    return true;
  };
  return { stream: { isTTY, rows: 4, write } as unknown as NodeJS.WriteStream, text: () => text };
}

/** Looks three times. */
async function watch(isTTY: boolean, lines: readonly string[]): Promise<string> {
  const stop = new AbortController();
  const { stream, text } = screen(isTTY);
  let looks = 0;
  const look = (): readonly string[] => {
    if (++looks === 3) stop.abort();
    return lines.map((line) => `${line}${looks}`);
  };
  await watchLines(look, { interval: 1, signal: stop.signal, stream });
  return text();
}

it("draws in place, counts what does not fit, and leaves the last look", async () => {
  const frame = (look: number): string =>
    `\u001b[Ha${look}\u001b[K\nb${look}\u001b[K\n… 2 more lines\u001b[K\n\u001b[J`;
  expect(await watch(true, ["a", "b", "c", "d"])).toBe(
    `\u001b[?1049h\u001b[?25l${frame(1)}${frame(2)}${frame(3)}\u001b[?25h\u001b[?1049la3\nb3\nc3\nd3\n`,
  );
});

it("writes one look after the other where there is no terminal", async () => {
  expect(await watch(false, ["a"])).toBe("a1\n\na2\n\na3\n");
});

it("gives the terminal back when a look fails", async () => {
  const { stream, text } = screen(true);
  const fails = watchLines(() => Promise.reject(new Error("gone")), {
    interval: 1,
    signal: new AbortController().signal,
    stream,
  });
  await expect(fails).rejects.toThrow("gone");
  expect(text()).toBe("\u001b[?1049h\u001b[?25l\u001b[?25h\u001b[?1049l");
});
