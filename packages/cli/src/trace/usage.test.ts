import { afterEach, expect, it, vi } from "vitest";
import { main } from "../main.js";

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  [["trace", "443"], '"443" is no address or port'],
  [["trace", "--json", "--pcapng", "-"], "both want standard output"],
  [["trace", "--hook", "tc"], '--hook is \\"tc\\"'],
  [["trace", "--bytes", "257"], '--bytes is \\"257\\"'],
  [["trace", "--count", "0"], '--count is \\"0\\"'],
  [["events", "--pcapng", "x"], "--pcapng writes what copy copies"],
  [["stats", "--sample", "0"], '--sample is \\"0\\"'],
  [["stats", "--sample", "3"], "--sample says how many packets --profile times"],
  [["stats", "--watch", "--interval", "1ms"], "--interval is"],
])("refuses %j", async (args, message) => {
  let out = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  expect(await main([...args, "--json"])).toBe(2);
  expect(JSON.parse(out)).toHaveProperty("error.code", "ERR_EMPTCP_USAGE");
  expect(out.replaceAll('\\"443\\"', '"443"')).toContain(message);
});
