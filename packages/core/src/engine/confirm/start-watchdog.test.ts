import { expect, it } from "vitest";
import { loadingOptions } from "./start-watchdog.js";

it("keeps how modules are read, and no other program or debugger", () => {
  const options = [
    "--conditions=a",
    "-C",
    "b",
    "--inspect=9229",
    "--import",
    "tsx",
    "-r",
    "x",
    "-e",
    "apply()",
  ];
  expect(loadingOptions(options)).toEqual(["--conditions=a", "-C", "b", "--import", "tsx", "-r", "x"]);
});
