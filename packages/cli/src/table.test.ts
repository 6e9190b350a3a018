import { expect, it } from "vitest";
import { startProgress } from "./progress.js";
import { printTable } from "./table.js";

function sink(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = "";
  const write = (chunk: string): boolean => {
    text += chunk;
    return true;
  };
  return { stream: { isTTY, write } as unknown as NodeJS.WriteStream, text: () => text };
}

it("aligns columns below a heading on a terminal only", () => {
  process.env.NO_COLOR = "1";
  const [terminal, pipe] = [sink(true), sink(false)];
  for (const { stream } of [terminal, pipe])
    printTable(
      ["SET", "N"],
      [
        ["web", "1"],
        ["longer", "22"],
      ],
      stream as typeof process.stdout,
    );
  expect(terminal.text()).toBe("SET     N\nweb     1\nlonger  22\n");
  expect(pipe.text()).toBe("web\t1\nlonger\t22\n");
});

it("folds a long last cell below itself", () => {
  process.env.NO_COLOR = "1";
  const { stream, text } = sink(true);
  const rows = [["1", "one two three four five six seven"]];
  printTable(["N", "CHANGE"], rows, Object.assign(stream, { columns: 24 }) as typeof process.stdout);
  expect(text()).toBe("N  CHANGE\n1  one two three four\n   five six seven\n");
});

it("shows progress on a terminal after one second, and removes it", () => {
  let now = 0;
  const { stream, text } = sink(true);
  const progress = startProgress(stream, () => now);
  progress.step("load", 1, 9);
  expect(text()).toBe("");
  now = 1500;
  progress.step("load", 2, 9);
  progress.end();
  expect(text()).toBe("\r\u001b[Kload 2/9\r\u001b[K");
});

it("shows no progress elsewhere", () => {
  let now = 0;
  const { stream, text } = sink(false);
  const progress = startProgress(stream, () => now);
  now = 5000;
  progress.step("load", 2, 9);
  progress.end();
  expect(text()).toBe("");
});
