import { expect, it } from "vitest";
import { Redaction } from "./redact.js";

it("replaces each address by a name of its own", () => {
  const redaction = new Redaction();
  const text = redaction.text(
    "10.0.0.1 fd00::1 10.0.0.1 02:00:00:00:00:01, FD00::1/64 [fe80::1%eth0]:443 192.0.2.7:80 10.0.0.0/8",
  );
  expect(text).toBe("ipv4-4 ipv6-2 ipv4-4 mac-1, ipv6-2/64 [ipv6-3%eth0]:443 ipv4-5:80 ipv4-6/8");
});

it("leaves times, versions, digests and harmless addresses alone", () => {
  const text =
    "12:30:57 6.18.44-fc 2026-11-21T12:30:57.123Z sha256:abcdef 127.0.0.1 ::1 v1.2.3 a::b::c 999.1.1.1 module::symbol";
  expect(new Redaction().text(text)).toBe(text);
});

it("leaves out what is called a key, a token or the like, wherever it is", () => {
  const value = {
    a: [{ psk: "x1", Token: 4711, keys: ["k1"] }],
    name: "b",
    nested: { authToken: "x2", n: 5n },
  };
  expect(JSON.parse(new Redaction().json(value))).toEqual({
    a: [{ psk: "(left out)", Token: "(left out)", keys: "(left out)" }],
    name: "b",
    nested: { authToken: "(left out)", n: "5" },
  });
});

it("leaves out secrets in text, as on a command line", () => {
  const redaction = new Redaction(true);
  expect(redaction.text("param set web/p psk=hunter2 --var token=4711\napi_key: abc\nmonkey business")).toBe(
    "param set web/p psk=(left out) --var token=(left out)\napi_key: (left out)\nmonkey business",
  );
  expect(redaction.json({ command: ["param", "set", "psk=hunter2"] })).not.toContain("hunter2");
});

it("leaves addresses when told so, and secrets never", () => {
  expect(new Redaction(true).json({ token: "x", a: "10.0.0.1" })).toBe(
    '{\n  "token": "(left out)",\n  "a": "10.0.0.1"\n}\n',
  );
});

it.each([
  ['web/p: sign {"psk":"hunter2","mode":"x"}', 'web/p: sign {"psk":(left out),"mode":"x"}'],
  ["sign {'keys': ['a1', 'b2'], n: 1}", "sign {'keys': (left out), n: 1}"],
  ['psk="two words" rest', "psk=(left out) rest"],
  ['{"token": 4711}', '{"token": (left out)}'],
])("leaves secrets out of data within text: %s", (text, expected) => {
  expect(new Redaction().text(text)).toBe(expected);
  expect(JSON.parse(new Redaction().json({ detail: text, list: [text] }))).toEqual({
    detail: expected,
    list: [expected],
  });
});

it("leaves out all that lies below a secret's name, and keeps sizes of keys", () => {
  const value = { keys: { a: { value: "x1" } }, keySize: 4, on: { key: true } };
  expect(JSON.parse(new Redaction().json(value))).toEqual({
    keys: "(left out)",
    keySize: 4,
    on: { key: true },
  });
});

it("replaces addresses that are names of members", () => {
  expect(JSON.parse(new Redaction().json({ peers: { "10.0.0.1": 1 } }))).toEqual({ peers: { "ipv4-1": 1 } });
});
