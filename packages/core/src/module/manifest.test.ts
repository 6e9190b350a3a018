import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ipPair, manifest, setWindow, subflow, token } from "../../test/support/modules.js";
import { ProblemsError } from "../errors.js";
import { checkManifest, parseManifest } from "./manifest.js";
import type { Manifest } from "./types.js";

const object = { file: "set_window.xdp.bpf.o", sha256: "a".repeat(64), size: 10 };
const good: Manifest = {
  ...setWindow,
  powers: ["change-header"],
  helpers: ["bpf_map_lookup_elem"],
  maps: [
    {
      name: "flows",
      type: "lru_hash",
      keySize: 4,
      valueSize: 8,
      maxEntries: 16,
      flags: 0,
      scope: "module",
      shared: false,
    },
  ],
  fields: { provides: [{ name: "class", size: 4 }], requires: [] },
  objects: { xdp: object, "tc-ingress": object, "tc-egress": object },
};
const objects = good.objects;
const paths = (input: unknown): string[] => checkManifest(input).map((p) => p.path);

describe("checkManifest", () => {
  it("accepts complete manifests", () => {
    expect(checkManifest(good)).toEqual([]);
    for (const selector of [ipPair, subflow, token])
      expect(checkManifest({ ...selector, objects })).toEqual([]);
    expect(parseManifest(JSON.parse(JSON.stringify(good)), "x")).toEqual(good);
  });

  it.each<[string, object, string[]]>([
    ["schema", { schema: 2 }, ["schema"]],
    ["name with traversal", { name: "../evil" }, ["name"]],
    ["version", { version: "1.0" }, ["version"]],
    ["kind", { kind: "filter" }, ["kind"]],
    ["module too long", { module: "a-much-too-long-name", symbol: "a_much_too_long_name" }, ["module"]],
    ["symbol of another name", { symbol: "other" }, ["symbol"]],
    ["abi", { abi: "1" }, ["abi"]],
    ["control characters", { description: "a\u001b[2J" }, ["description"]],
    ["two lines", { license: "GPL\nx" }, ["license"]],
    ["bidirectional text", { core: "^1\u202e" }, ["core"]],
    ["hooks", { hooks: ["xdp", "tc"], objects: { xdp: object, tc: object } }, ["hooks", "objects.tc"]],
    ["hooks twice", { hooks: ["xdp", "xdp"], objects: { xdp: object } }, ["hooks"]],
    ["no hooks", { hooks: [], objects: {} }, ["hooks"]],
    ["powers", { powers: ["fly"] }, ["powers"]],
    ["helpers", { helpers: ["system"] }, ["helpers[0]"]],
    ["kernel", { kernel: "six" }, ["kernel"]],
    ["aliases that are no names", { aliases: ["rm add"] }, ["aliases[0]"]],
    ["its own name as an alias", { aliases: ["old", "set-window"] }, ["aliases[1]"]],
    ["an alias twice", { aliases: ["old", "old"] }, ["aliases"]],
    ["unknown key", { postinstall: "rm -rf /" }, ["postinstall"]],
    ["a key in an actor", { key: ipPair.key }, ["key"]],
    ["paramsSize", { paramsSize: 4000 }, ["paramsSize"]],
    ["object missing for a hook", { objects: { xdp: object } }, ["objects.tc-ingress", "objects.tc-egress"]],
    [
      "object elsewhere",
      { objects: { ...objects, xdp: { ...object, file: "../../etc/x.o" } } },
      ["objects.xdp.file"],
    ],
    [
      "absolute object",
      { objects: { ...objects, xdp: { ...object, file: "/etc/x.o" } } },
      ["objects.xdp.file"],
    ],
    ["hidden traversal", { objects: { ...objects, xdp: { ...object, file: "a..o" } } }, ["objects.xdp.file"]],
    ["digest", { objects: { ...objects, xdp: { ...object, sha256: "A" } } }, ["objects.xdp.sha256"]],
    ["map", { maps: [{ ...good.maps[0], scope: "global", flags: -1 }] }, ["maps[0].flags", "maps[0].scope"]],
    ["maps twice", { maps: [good.maps[0], good.maps[0]] }, ["maps"]],
    ["maps no list", { maps: {} }, ["maps"]],
    [
      "field size",
      { fields: { provides: [{ name: "a", size: 3 }], requires: [] } },
      ["fields.provides[0].size"],
    ],
    ["fields", { fields: [] }, ["fields"]],
    [
      "param outside the struct",
      { params: [{ ...setWindow.params[0], offset: 2 }] },
      ["params.window.offset"],
    ],
    [
      "param unaligned",
      { params: [{ ...setWindow.params[0], offset: 1 }], paramsSize: 4 },
      ["params.window.offset"],
    ],
    ["param of another size", { params: [{ ...setWindow.params[0], size: 4 }] }, ["params.window.size"]],
    [
      "params overlap",
      { params: [{ ...setWindow.params[0] }, { ...setWindow.params[0], name: "b" }] },
      ["params.b.offset"],
    ],
    ["param kind", { params: [{ ...setWindow.params[0], kind: "float" }] }, ["params[0].kind"]],
    ["param default", { params: [{ ...setWindow.params[0], default: "x" }] }, ["params[0].default"]],
    ["param bounds", { params: [{ ...setWindow.params[0], min: 9, max: 3 }] }, ["params[0].min"]],
    ["param bound's type", { params: [{ ...setWindow.params[0], min: {} }] }, ["params[0].min"]],
    [
      "enum without values",
      { params: [{ name: "e", kind: "enum", description: "x", offset: 0, size: 1 }] },
      ["params[0].values"],
    ],
    [
      "enum of bits that are none",
      {
        params: [
          { name: "e", kind: "enum", description: "x", offset: 0, size: 1, values: { a: 3 }, bits: true },
        ],
      },
      ["params[0].bits"],
    ],
    [
      "list of lists",
      {
        params: [
          {
            name: "e",
            kind: "list",
            description: "x",
            offset: 0,
            size: 1,
            of: { kind: "list", description: "x" },
          },
        ],
      },
      ["params[0].of"],
    ],
  ])("refuses: %s", (_, change, expected) => {
    expect(paths({ ...good, ...change })).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ["place outside", { v4: [8, 4] }, "key.fields[0].v4"],
    ["place of text", { v4: ["0", 4] }, "key.fields[0].v4"],
    ["end", { end: "left" }, "key.fields[0].end"],
    ["descriptor", { descriptor: 7 }, "key.fields[0].descriptor"],
    ["descriptor kind", { descriptor: { kind: "x", description: "" } }, "key.fields[0].descriptor.kind"],
  ])("refuses in a key: %s", (_, change, expected) => {
    const fields = [{ ...ipPair.key?.fields[0], ...change }];
    expect(paths({ ...ipPair, objects, key: { ...ipPair.key, fields } })).toContain(expected);
  });

  it("refuses selectors without a key", () => {
    expect(paths({ ...manifest({ kind: "selector", module: "x" }), objects })).toEqual(["key"]);
  });

  it("accepts enums and lists", () => {
    const params = [
      { name: "e", kind: "enum", description: "x", offset: 0, size: 1, values: { a: 1 }, default: "a" },
      {
        name: "l",
        kind: "list",
        description: "x",
        offset: 4,
        size: 8,
        of: { kind: "u8", description: "x" },
        length: 4,
      },
    ];
    expect(checkManifest({ ...good, params, paramsSize: 12 })).toEqual([]);
  });

  it("names everything at once", () => {
    expect(() => parseManifest({ ...good, abi: 0, kernel: "" }, "/x/manifest.json")).toThrow(ProblemsError);
    expect(() => parseManifest({ ...good, abi: 0, kernel: "" }, "/x/manifest.json")).toThrow(
      /read manifest \/x\/manifest\.json: 2 problems[^]*abi[^]*kernel/,
    );
    expect(() => parseManifest(null, "m")).toThrow("expected an object, got nothing");
  });

  it("survives any JSON, and never lets hostile text into messages", () => {
    const hostile = fc.constantFrom("\u001b]0;x\u0007", "\u202ehidden", "../../x", "__proto__", "a\nb");
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), hostile), fc.constantFrom(...Object.keys(good)), (value, key) => {
        const problems = checkManifest({ ...good, [key]: value });
        for (const p of problems)
          expect(`${p.path}${p.message}${p.hint}`).not.toMatch(/[\u0000-\u0009\u001b\u202e]/);
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => checkManifest(value).length > 0));
  });
});
