import { expect, it } from "vitest";
import { parseFilter } from "./filter.js";

it.each([
  ["", {}],
  ["tcp", { proto: "tcp" }],
  ["proto 47", { proto: 47 }],
  ["10.0.0.1", { a: { address: "10.0.0.1" } }],
  ["tcp 10.0.0.1:443", { proto: "tcp", a: { address: "10.0.0.1", port: "443" } }],
  [":8000-8100", { a: { port: "8000-8100" } }],
  ["10.0.0.0/8:443 10.1.0.1", { a: { address: "10.0.0.0/8", port: "443" }, b: { address: "10.1.0.1" } }],
  ["fd00::1 udp", { proto: "udp", a: { address: "fd00::1" } }],
  ["::", { a: { address: "::" } }],
  ["[fd00::/16]:443", { a: { address: "fd00::/16", port: "443" } }],
  ["[fd00::1]", { a: { address: "fd00::1" } }],
  ["from 10.0.0.1", { a: { address: "10.0.0.1" }, direction: "a-to-b" }],
  ["to :443", { b: { port: "443" }, direction: "a-to-b" }],
  [
    "to :443 from 10.0.0.1 tcp",
    {
      proto: "tcp",
      a: { address: "10.0.0.1" },
      b: { port: "443" },
      direction: "a-to-b",
    },
  ],
])("reads %j", (text, filter) => {
  expect(parseFilter(text.split(" ").filter((word) => word !== ""))).toEqual(filter);
});

it.each([
  ["443", '"443" is no address or port', "a port is written :443"],
  ["example.org", '"example.org" is no address or port', "write ADDRESS"],
  ["10.0.0.1:99999", '"10.0.0.1:99999" is no address or port', "write ADDRESS"],
  [":", '":" is no address or port', "write ADDRESS"],
  ["[fd00::1", '"[fd00::1" is no address or port', "write ADDRESS"],
  [":80,443", '":80,443" has several ports', "one range"],
  ["10.0.0.1 10.0.0.2 10.0.0.3", '"10.0.0.3" is a third end', "two ends"],
  ["10.0.0.1 fd00::1", "one end is IPv4, the other IPv6", "one family"],
  ["from 10.0.0.1 10.0.0.2", '"10.0.0.2" stands beside from or to', "from A to B"],
  ["from", "from has nothing after it", "write ADDRESS"],
  ["from :1 from :2", "from is given twice", "once"],
  ["tcp udp", "proto is given twice", "once"],
  ["proto 300", 'proto is "300"', "0 to 255"],
  ["proto", 'proto is ""', "0 to 255"],
  ["icmp :443", "icmp has no ports", "tcp or udp"],
])("refuses %j", (text, message, hint) => {
  expect(() => parseFilter(text.split(" "))).toThrow(
    expect.objectContaining({
      message: `read arguments: ${message}`,
      hint: expect.stringContaining(hint) as string,
      code: "ERR_EMPTCP_USAGE",
    }),
  );
});

it("tells all mistakes at once", () => {
  expect(() => parseFilter(["icmp", "443", ":x", "10.0.0.1", "udp"])).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({ message: "proto is given twice" }),
        expect.objectContaining({ message: '"10.0.0.1" is a third end' }),
        expect.objectContaining({ message: '"443" is no address or port' }),
        expect.objectContaining({ message: '":x" is no address or port' }),
      ],
    }),
  );
});
