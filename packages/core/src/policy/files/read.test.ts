import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ProblemsError, type Problem } from "../../errors.js";
import { normalisePolicySet } from "../normalise.js";
import { parsePolicyText, placeProblems, readPolicyFiles, readPolicyText } from "./read.js";

const short = {
  name: "web",
  attach: { "tc-egress": "eth0" },
  policies: [{ name: "slow", when: { port: { remote: 443 } }, chain: [{ "set-window": { window: 1000 } }] }],
};

describe("parsePolicyText", () => {
  const yaml = `name: web
attach: { tc-egress: [eth0] }
policies:
  - name: slow
    when: { port: { remote: 443 } }
    chain:
      - set-window: { window: 1000 }
      - record
`;
  it("reads YAML, JSON, lists and several documents", async () => {
    const [one] = await parsePolicyText(yaml, "web.yaml");
    expect(one?.policies[0]?.chain.map((s) => s.module)).toEqual(["set-window", "record"]);
    expect(await parsePolicyText(JSON.stringify(short), "web.json")).toEqual([normalisePolicySet(short)]);
    expect(await parsePolicyText(JSON.stringify([short, { ...short, name: "b" }]), "web.json")).toHaveLength(
      2,
    );
    expect(await parsePolicyText(`${yaml}---\n${yaml.replace("web", "b")}`, "web.yaml")).toHaveLength(2);
  });

  it("says line and column", async () => {
    await expect(parsePolicyText("name: [", "x.yaml")).rejects.toThrow(/x\.yaml:\d+:\d+: read YAML: /);
    await expect(parsePolicyText(yaml.replace("record", "Rec!"), "x.yaml")).rejects.toThrow(
      /x\.yaml:8:9: policies\[0\]\.chain\[1\]: read chain\[1\]: expected the name of a module/,
    );
    await expect(parsePolicyText(yaml.replace("slow", "slow\n    prio: 3"), "x.yaml")).rejects.toThrow(
      /x\.yaml:5:5: /,
    );
    await expect(parsePolicyText("- 1\n- 2\n", "x.yaml")).rejects.toThrow(/x\.yaml:2:3: /);
    await expect(parsePolicyText("7: 1\nname: x", "x.yaml")).rejects.toThrow(/x\.yaml:1:/);
    await expect(parsePolicyText(yaml.replace("eth0", "a b"), "x.yaml")).rejects.toThrow(/x\.yaml:2:23: /);
    await expect(parsePolicyText("name: x\nattach: { xdp: e }", "x.yaml")).rejects.toThrow(
      /x\.yaml:1:1: policies: /,
    );
    await expect(parsePolicyText("", "x.yaml")).rejects.toThrow("it holds no policy set");
  });

  it("refuses a small file that would become a large one", async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]
${["b", "c", "d", "e", "f"]
  .map(
    (n, i) =>
      `${n}: &${n} [${Array(10)
        .fill(`*${"abcde"[i] ?? ""}`)
        .join(",")}]`,
  )
  .join("\n")}
`;
    await expect(parsePolicyText(bomb, "x.yaml")).rejects.toThrow(/x.yaml:1:1: read YAML: /);
  });
});

/** `code line:column-length hint` of every problem. */
async function refusals(read: Promise<unknown>): Promise<string[]> {
  const error: unknown = await read.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof ProblemsError)) throw new Error(`not refused: ${String(error)}`);
  return error.problems.map(line);
}

function line({ code, place, message, hint }: Problem): string {
  const at = place ? `${place.line}:${place.column}-${place.length} ` : "";
  return `${at}${code.replace("ERR_EMPTCP_", "")} ${message} (${hint})`;
}

describe("syntax errors", () => {
  it.each([
    [
      "a tab",
      "name: x\npolicies:\n\t- name: a\n",
      /^3:1-\d+ YAML read YAML: a tab where spaces belong \(indent/,
    ],
    ["a key twice", "name: x\nname: y\n", /^2:1-4 YAML read YAML: key "name" is there already \(keep one/],
    ["a bare variable", "a: { b: ${c} }\n", /^1:\d+-\d+ YAML .*needs quotes \(write "\$\{name\}" with/],
    ["a bracket", "name: [\n", /^\d+:\d+-\d+ YAML read YAML: \S.+ \(correct the file/],
    ["an alias to nothing", "name: *x\n", /YAML read YAML: Unresolved alias/],
  ])("%s", async (_, text, expected) => {
    expect((await refusals(parsePolicyText(text, "x.yaml")))[0]).toMatch(expected);
  });

  it("are told all at once, with what is wrong in other documents", async () => {
    const text = "name: a\nname: b\n---\nname: X!\nattach: { xdp: e }\npolicies: []\n---\na: 1\na: 2\n";
    const found = await refusals(parsePolicyText(text, "x.yaml"));
    expect(found.map((f) => f.split(" ").slice(0, 2).join(" ")).sort()).toEqual([
      "2:1-4 YAML",
      "4:7-2 NAME",
      "9:1-1 YAML",
    ]);
  });

  it("leave what places are to lines with CR LF", async () => {
    const { place } = (await refused("name: x\r\nattch: 1\r\n"))[0] as Problem;
    expect(place).toEqual({ file: "x.yaml", line: 2, column: 1, length: 5, text: "attch: 1" });
  });
});

async function refused(text: string): Promise<readonly Problem[]> {
  const error: unknown = await parsePolicyText(text, "x.yaml").catch((e: unknown) => e);
  return error instanceof ProblemsError ? error.problems : [];
}

describe("places", () => {
  const text = `name: one
attach: { xdp: e }
policies:
  - name: a
    when: { all: [ { port: { dst: 1 } }, any ] }
    chain:
      - record
      - set-window:
          window: 5
---
- { name: two, attach: { xdp: e }, policies: [] }
- name: three
  attach: &e { xdp: e }
  policies: []
  modules: { a.b: c }
`;
  it.each([
    [0, "", 1, 1],
    [0, "name", 1, 7],
    [0, "policies[0]", 4, 5],
    [0, "policies[0].when.all[0].port.dst", 5, 35],
    [0, "policies[0].when.all[1]", 5, 42],
    [0, "policies[0].chain[0]", 7, 9],
    [0, "policies[0].chain[0].record.absent", 7, 9],
    [0, "policies[0].chain[1].set-window.window", 9, 19],
    [0, "policies[0].chain[1].set-window.absent", 8, 9],
    [1, "name", 11, 11],
    [2, "policies", 14, 3],
    [2, "modules.a.b", 15, 19],
  ])("set %i, path %s is at %i:%i", async (set, path, row, column) => {
    const sets = await readPolicyText(text, "x.yaml");
    expect(sets[set]?.place(path)).toMatchObject({ file: "x.yaml", line: row, column });
  });

  it("are those of the key where the key is meant", async () => {
    const [one] = await readPolicyText(text, "x.yaml");
    expect(one?.place("policies[0].chain[1].set-window.window", true)).toMatchObject({
      line: 9,
      column: 11,
      length: 6,
    });
  });

  it("go to problems of several sets by their number", async () => {
    const sets = await readPolicyText(text, "x.yaml");
    const common = { code: "ERR_EMPTCP_PARAM", severity: "error", message: "m", hint: "h" } as const;
    const places = placeProblems(sets, [
      { ...common, path: "sets[2].policies" },
      { ...common, path: "" },
      { ...common, path: "policies" },
    ]);
    expect(places.map((p) => [p.path, p.place?.line])).toEqual([
      ["policies", 14],
      ["", undefined],
      ["policies", undefined],
    ]);
  });
});

describe("variables", () => {
  const set = (rest: string) => `name: web\nattach: { xdp: e }\npolicies:\n${rest}`;
  const web = (window: string, remote = "443") =>
    set(
      `  - name: slow\n    when: { port: { remote: "${remote}" } }\n    chain: [{ set-window: { window: "${window}" } }]\n`,
    );
  const params = async (text: string, vars = {}) => {
    const [one] = await parsePolicyText(text, "x.yaml", { vars });
    const policy = one?.policies[0];
    return [policy?.when.kind === "match" ? policy.when.params : undefined, policy?.chain[0]?.params];
  };

  it("stand for values of their type, and for text within texts", async () => {
    const text = `vars: { window: 1000, from: 80, to: 90 }\n${web("${window}", "${from}-${to}")}`;
    expect(await params(text)).toEqual([{ remote: "80-90" }, { window: 1000 }]);
    expect(await params(text, { window: 5, to: 99 })).toEqual([{ remote: "80-99" }, { window: 5 }]);
    expect(await params(`vars: { p: [80, 443] }\n${web("1", "${p}")}`)).toEqual([
      { remote: [80, 443] },
      { window: "1" },
    ]);
  });

  it("are for all documents of a file, wherever they are defined", async () => {
    expect(await params(`${web("${w}")}---\nvars: { w: 7 }\n`)).toEqual([{ remote: "443" }, { window: 7 }]);
  });

  it("leave $${ as ${, and keys alone", async () => {
    const text = `vars: { a: x }\nname: web\nattach: { xdp: e }\nmodules: { "\${a}": "\${a}" }\npolicies: []\n`;
    expect((await parsePolicyText(text, "x.yaml"))[0]?.modules).toEqual({ "${a}": "x" });
    expect(await params(web("$${w}"))).toEqual([{ remote: "443" }, { window: "${w}" }]);
  });

  it.each([
    [
      "undefined",
      `vars: { windows: 1 }\n${web("${window}")}`,
      /^7:\d+-11 UNKNOWN_VARIABLE replace variable "window": none.*--var window=VALUE.; did you mean "windows"/,
    ],
    ["without a name", web("${}"), /UNKNOWN_VARIABLE/],
    ["no mapping", "vars: [a]\n", /^1:1-4 MALFORMED read vars: expected variables/],
    ["a bad name", "vars: { 1a: 1 }\n", /^1:9-2 VARIABLE read variable "1a": expected letters/],
    ["a mapping as value", "vars: { a: { b: 1 } }\n", /^1:9-1 VARIABLE read variable "a": expected a text/],
    ["no value", "vars: { a: }\n", /VARIABLE read variable "a": expected a text/],
    [
      "using another",
      'vars: { a: "${b}", b: 1 }\n',
      /VARIABLE read variable "a": a value cannot use another/,
    ],
    [
      "defined twice",
      "vars: { a: 1 }\n---\nvars: { a: 2 }\n",
      /^3:9-1 VARIABLE read variable "a": it is defined in x.yaml:1/,
    ],
    [
      "a list in a text",
      `vars: { a: [1, 2] }\n${web("x${a}")}`,
      /^7:\d+-7 VARIABLE .*list cannot stand within a text/,
    ],
  ])("are refused: %s", async (_, text, expected) => {
    expect((await refusals(parsePolicyText(text, "x.yaml")))[0]).toMatch(expected);
  });

  it("that are not defined are told with all else that is wrong, and once", async () => {
    const text = set('  - { name: a, whn: 1, when: tcp, chain: [], priority: "${p}", onError: "${e}" }\n');
    const found = await refusals(parsePolicyText(text, "x.yaml"));
    expect(found.map((f) => f.split(" ")[1])).toEqual(["UNKNOWN_VARIABLE", "UNKNOWN_VARIABLE", "MALFORMED"]);
  });

  it("that are given but not used are a slip", async () => {
    const text = `vars: { window: 1 }\n${web("${window}")}`;
    expect(await refusals(parsePolicyText(text, "x.yaml", { vars: { windw: 2 } }))).toEqual([
      'VARIABLE read variable "windw": it is given, but no file uses it (the files use window)',
    ]);
    expect(await refusals(parsePolicyText(text, "x.yaml", { vars: { "a b": {} as never } }))).toHaveLength(1);
  });

  it("cannot make a small file large", async () => {
    const big = "x".repeat(4000);
    const text = `vars: { a: ${big} }\n${web("1", "${a}".repeat(20))}`;
    expect((await refusals(parsePolicyText(text, "x.yaml")))[0]).toMatch(/the text grows to 80000/);
  });
});

describe("includes", () => {
  const root = mkdtempSync(join(tmpdir(), "emptcp-include-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let count = 0;
  const write = (files: Record<string, string>): string => {
    const directory = join(root, String(++count));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return directory;
  };
  const named = (name: string) => `name: ${name}\nattach: { xdp: "\${iface}" }\npolicies: []\n`;

  it("bring documents and variables; the nearer file's count", async () => {
    const dir = write({
      "main.yaml": `include: [common.yaml, more/other.yaml]\nvars: { iface: eth1 }\n---\n${named("main")}`,
      "common.yaml": `vars: { iface: eth0, unused: 1 }\n---\n${named("common")}`,
      "more/other.yaml": `include: ../common.yaml\n---\n${named("other")}`,
    });
    const sets = await readPolicyFiles([join(dir, "main.yaml")]);
    expect(
      sets.map(({ set, file }) => [set.name, file.slice(dir.length), set.attach.xdp?.interfaces[0]]),
    ).toEqual([
      ["common", "/common.yaml", "eth1"],
      ["other", "/more/other.yaml", "eth1"],
      ["main", "/main.yaml", "eth1"],
    ]);
    expect(
      (await readPolicyFiles([join(dir, "main.yaml")], { vars: { iface: "lo" } }))[0]?.set.attach.xdp
        ?.interfaces,
    ).toEqual(["lo"]);
  });

  it("have their own file in what is wrong with them", async () => {
    const dir = write({
      "a.yaml": "include: b.yaml\n",
      "b.yaml": "name: b\nattach: { xdp: e }\npolicies: 1\n",
    });
    const error: unknown = await readPolicyFiles([join(dir, "a.yaml")]).catch((e: unknown) => e);
    expect((error as ProblemsError).problems[0]?.place).toMatchObject({
      file: join(dir, "b.yaml"),
      line: 3,
      column: 11,
    });
  });

  it("are refused when they leave the directory, by any way", async () => {
    const dir = write({
      "in/a.yaml": "include: [../out.yaml, link.yaml, dir/out.yaml, /etc/hostname, missing.yaml, sub, 7]\n",
      "out.yaml": named("out"),
      "in/sub/x.yaml": "",
    });
    symlinkSync("../out.yaml", join(dir, "in/link.yaml"));
    symlinkSync("..", join(dir, "in/dir"));
    const found = await refusals(readPolicyFiles([join(dir, "in/a.yaml")]));
    expect(
      found.map((f) => /: (it [a-z ]+|there is no such file|expected the path)/.exec(f)?.[1]?.trim()),
    ).toEqual([
      "it lies outside of",
      "it lies outside of",
      "it lies outside of",
      "it lies outside of",
      "there is no such file",
      "it is a directory",
      "expected the path",
    ]);
    expect(found[0]).toMatch(/^1:11-11 INCLUDE include \.\.\/out\.yaml: /);
  });

  it("may be links that stay inside, and a file on the command line may be a link", async () => {
    const dir = write({
      "d/a.yaml": "include: l.yaml\n",
      "d/b.yaml": "name: b\nattach: { xdp: e }\npolicies: []\n",
    });
    symlinkSync("b.yaml", join(dir, "d/l.yaml"));
    symlinkSync("d/a.yaml", join(dir, "top.yaml"));
    const sets = await readPolicyFiles([join(dir, "top.yaml")]);
    expect(sets.map((s) => s.set.name)).toEqual(["b"]);
  });

  it("are refused when they go in a circle, too deep, or are too many", async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`${i}.yaml`, `include: ${i + 1}.yaml\n`] as const),
    );
    const many = Object.fromEntries(
      Array.from({ length: 70 }, (_, i) => [`m${i}.yaml`, "vars: {}\n"] as const),
    );
    const dir = write({
      "a.yaml": "include: b.yaml\n",
      "b.yaml": "include: a.yaml\n",
      "self.yaml": "include: self.yaml\n",
      "many.yaml": `include: [${Object.keys(many).join(", ")}]\n`,
      ...chain,
      ...many,
    });
    expect((await refusals(readPolicyFiles([join(dir, "a.yaml")])))[0]).toMatch(
      /include a.yaml: it includes itself/,
    );
    expect((await refusals(readPolicyFiles([join(dir, "self.yaml")])))[0]).toMatch(/it includes itself/);
    expect((await refusals(readPolicyFiles([join(dir, "0.yaml")])))[0]).toMatch(/more than 8 deep/);
    expect((await refusals(readPolicyFiles([join(dir, "many.yaml")])))[0]).toMatch(/more than 64 files/);
  });
});

describe("files", () => {
  const root = mkdtempSync(join(tmpdir(), "emptcp-files-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("that cannot be read are told together, with what is wrong in the others", async () => {
    writeFileSync(join(root, "bin.yaml"), Buffer.from([0x7f, 0x45, 0, 1]));
    writeFileSync(join(root, "big.yaml"), Buffer.alloc(33 << 20, "# 3456789\n"));
    writeFileSync(join(root, "bad.yaml"), "name: [\n");
    writeFileSync(join(root, "empty.yaml"), "# nothing\n");
    const names = ["none", "bin", "big", "bad", "empty"].map((n) => join(root, `${n}.yaml`));
    const found = await refusals(readPolicyFiles([...names, root]));
    const words = [
      "there is no such file",
      "no text file",
      "larger than 32 MiB",
      "read YAML",
      "it holds no policy set",
      "it is a directory",
    ];
    for (const word of words) expect(found.join("\n")).toContain(word);
  });

  it("may start with a byte order mark, and - is standard input", async () => {
    writeFileSync(join(root, "bom.yaml"), "\ufeffname: a\nattach: { xdp: e }\npolicies: []\n");
    const stdin = () => Promise.resolve(JSON.stringify({ ...short, name: "b" }));
    const sets = await readPolicyFiles([join(root, "bom.yaml"), "-"], { stdin });
    expect(sets.map(({ set, file }) => [set.name, file.replace(root, "")])).toEqual([
      ["a", "/bom.yaml"],
      ["b", "standard input"],
    ]);
  });
});
