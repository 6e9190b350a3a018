import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { policySetsArbitrary } from "../../../test/support/arbitraries.js";
import { parsePolicyText } from "../files/read.js";
import { formatPolicyText } from "./format.js";

const format = (text: string): Promise<string> => formatPolicyText(text, "x.yaml");

describe("fmt", () => {
  it("brings a file into its canonical form", async () => {
    const before = `# yaml-language-server: $schema=emptcp.schema.json

policies:
    # the slow one
    - chain: [ {set-window: {"window": 1000}}, record: {}, {kind: step, module: drop, params: {}} ] # both
      when:
          all:
              - port:
                    dst: "443"   # https
                    src: '80-90'
              - {tcp: {}}
              - "not": { ip-pair: { remote: "10.0.0.0/8", local: 'fd00::/16' } }
      name: "slow"

    - {name: off, when: {any: {}}, chain: [], 'priority': 7}
attach: {tc-egress: eth0, xdp: {mode: native, interfaces: ["eth1", "a b", 'yes']}}
name: 'web'
vars:
  rate: "20Mbit"
  window: '\${x}'
# the end
`;
    expect(await format(before)).toBe(`# yaml-language-server: $schema=emptcp.schema.json

vars:
  rate: "20Mbit"
  window: "\${x}"
name: web
attach:
  xdp:
    interfaces: [eth1, "a b", "yes"]
    mode: native
  tc-egress: [eth0]
policies:
  # the slow one
  - name: slow
    when:
      all:
        - port:
            src: "80-90"
            dst: "443" # https
        - tcp
        - not:
            ip-pair: { local: "fd00::/16", remote: "10.0.0.0/8" }
    chain:
      - set-window: { window: 1000 }
      - record
      - drop
      # both

  - name: off
    when: any
    chain: []
    priority: 7

# the end
`);
  });

  it.each([
    [
      "anchors and aliases",
      "name: a\nattach: &a\n  xdp: [eth0]\npolicies: []\n---\nname: b\nattach:\n  xdp: [eth0]\npolicies: []\n",
    ],
    ["an alias in its place", "policies:\n  - &p\n    name: a\n    when: tcp\n    chain: []\n  - *p\n"],
    ["comments between documents", "# one\nname: a\n\n# end of one\n---\n# two\nname: b\n"],
    [
      "long lists on lines of their own",
      `name: a\nattach:\n  xdp:\n${Array.from({ length: 20 }, (_, i) => `    - eth${i}\n`).join("")}policies: []\n`,
    ],
    ["text on several lines", "name: |\n  a\n  b\n"],
    ["numbers as they are written", "name: 0x1f\nattach: 18446744073709551615\npolicies: -1.50\n"],
  ])("leaves %s", async (_, text) => {
    expect(await format(text)).toBe(text);
  });

  it("keeps JSON as JSON", async () => {
    const text = '{"policies":[],"name":"a","attach":{"xdp":["eth0"]}}';
    expect(await format(text)).toBe(
      '{\n  "name": "a",\n  "attach": {\n    "xdp": [\n      "eth0"\n    ]\n  },\n  "policies": []\n}\n',
    );
  });

  it.each([["name: [\n"], ["a: 1\na: 2\n"], ["\tname: x\n"]])("refuses %j with the place", async (text) => {
    await expect(format(text)).rejects.toThrow(/x\.yaml:\d+:\d+: read YAML/);
  });

  it.each(["", "\n", "# nothing yet\n"])("refuses %j, which holds no policy set", async (text) => {
    await expect(format(text)).rejects.toThrow(/x\.yaml:1:1: .*it holds no policy set/);
  });

  it("refuses what it would lose", async () => {
    // A number that JSON cannot write again.
    await expect(format('{"a": 18446744073709551615}')).rejects.toMatchObject({ code: "ERR_EMPTCP_FORMAT" });
  });

  const comment = fc.constantFrom("", "", "", " # note", " # ${x} 'quoted'");
  const noise = (text: string, notes: readonly string[]): string =>
    text
      .split("\n")
      .map((line, i) => (line === "" ? line : `${line}${notes[i % notes.length] ?? ""}`))
      .join("\n");

  it("is a fixed point that means the same, whatever the style of the file and its comments", async () => {
    const style = fc.record({
      collectionStyle: fc.constantFrom<"any" | "block" | "flow">("any", "block", "flow"),
      defaultStringType: fc.constantFrom<"PLAIN" | "QUOTE_DOUBLE" | "QUOTE_SINGLE">(
        "PLAIN",
        "QUOTE_DOUBLE",
        "QUOTE_SINGLE",
      ),
      indent: fc.constantFrom(2, 4),
      lineWidth: fc.constantFrom(0, 40),
    });
    await fc.assert(
      fc.asyncProperty(
        policySetsArbitrary,
        style,
        fc.array(comment, { minLength: 1, maxLength: 7 }),
        async (sets, options, notes) => {
          const plain = stringify(JSON.parse(JSON.stringify(sets)), {
            ...options,
            aliasDuplicateObjects: false,
          });
          const text =
            options.collectionStyle === "block" && options.lineWidth === 0 ? noise(plain, notes) : plain;
          if (sets.length === 0) return;
          const once = await format(text);
          expect(await format(once)).toBe(once);
          expect(await parsePolicyText(once, "x.yaml")).toEqual(await parsePolicyText(text, "x.yaml"));
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);
});
