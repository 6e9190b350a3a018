import { afterAll, expect, it } from "vitest";
import { emptcp } from "./run-cli.js";

const id = `cli${process.pid}`;
const lab = (action: string, ...args: string[]) => emptcp(["lab", action, "--id", id, ...args]);

afterAll(() => {
  lab("down");
});

it("makes a testbed, runs commands in it, and removes it", () => {
  expect(lab("up", "--paths", "20Mbit,5ms 10Mbit")).toMatchObject({ code: 0, err: "" });
  const shown = JSON.parse(lab("show", "--json").out) as { paths: unknown[]; hosts: { host: string }[] };
  expect([shown.paths.length, shown.hosts.map(({ host }) => host)]).toEqual([
    2,
    ["client", "router", "server"],
  ]);
  expect(lab("run", "client", "--", "ip", "-br", "link", "show", "path2").out).toMatch(/^path2@/);
  expect(lab("run", "client", "--", "sh", "-c", "exit 3").code).toBe(3);
  expect(lab("down")).toMatchObject({ code: 0, err: "" });
  expect(lab("show")).toMatchObject({ code: 1, err: expect.stringContaining("it is not up") as string });
});

it("refuses paths that it cannot read", () => {
  expect(lab("up", "--paths", "20Foo")).toMatchObject({
    code: 2,
    err: expect.stringContaining('"20foo"') as string,
  });
});
