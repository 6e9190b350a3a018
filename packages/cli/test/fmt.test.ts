import { chmodSync, existsSync, readFileSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { emptcp, PolicyDirectory, root } from "./run-cli.js";

const files = new PolicyDirectory();
afterAll(() => files.remove());

describe("fmt", () => {
  const loose = "policies: []\nname: 'a' # web\nattach: {xdp: eth0}\n";
  const tidy = "name: a # web\nattach:\n  xdp: [eth0]\npolicies: []\n";

  it("rewrites files in place, keeps their mode, and says which", () => {
    const [a, b] = [files.write("a.yaml", loose), files.write("b.yaml", tidy)];
    chmodSync(a, 0o640);
    const { code, out, err } = emptcp(["fmt", a, b]);
    expect([code, out, err]).toEqual([0, `${a}\n`, ""]);
    expect(readFileSync(a, "utf8")).toBe(tidy);
    expect(statSync(a).mode & 0o777).toBe(0o640);
    expect(readdirSync(files.path).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("only looks with --check", () => {
    const file = files.write("check.yaml", loose);
    expect(emptcp(["fmt", "--check", file])).toEqual({ code: 4, out: `${file}\n`, err: "" });
    expect(readFileSync(file, "utf8")).toBe(loose);
    expect(emptcp(["fmt", "--check", files.write("tidy.yaml", tidy), "--json"])).toMatchObject({ code: 0 });
  });

  it("formats standard input to standard output", () => {
    expect(emptcp(["fmt", "-"], { input: loose })).toEqual({ code: 0, out: tidy, err: "" });
    const { files: results } = JSON.parse(emptcp(["fmt", "-", "--json"], { input: loose }).out) as {
      files: unknown;
    };
    expect(results).toEqual([{ file: "-", changed: true, text: tidy }]);
  });

  it("changes no file when one of them cannot be read", () => {
    const good = files.write("good.yaml", loose);
    const bad = files.write("bad.yaml", "name: a\nname: b\n");
    const { code, err } = emptcp(["fmt", good, bad]);
    expect(code).toBe(2);
    expect(err).toContain(`${bad}:2:1: read YAML: key "name" is there already`);
    expect(err).toContain("    2 | name: b\n      | ^^^^\n");
    expect(readFileSync(good, "utf8")).toBe(loose);
  });

  it("refuses what is no text, and what holds no policy set, as apply does", () => {
    for (const bytes of [Buffer.from("name: \0"), Buffer.from([0x6e, 0xff, 0xfe])]) {
      const file = files.write("binary.yaml", bytes);
      expect(emptcp(["fmt", file])).toMatchObject({
        code: 2,
        out: "",
        err: expect.stringContaining(`format ${file}: it is no text\n`) as string,
      });
      expect(readFileSync(file)).toEqual(bytes);
    }
    const empty = files.write("empty.yaml", "");
    for (const line of [["fmt", "--check"], ["plan"]])
      expect(emptcp([...line, empty])).toMatchObject({
        code: 2,
        err: expect.stringContaining("it holds no policy set\n") as string,
      });
  });

  it("does not follow links, and refuses what is no file", () => {
    const target = files.write("target.yaml", loose);
    const link = join(files.path, "link.yaml");
    symlinkSync(target, link);
    for (const path of [link, files.path, join(files.path, "none.yaml")])
      expect(emptcp(["fmt", path]).code).toBe(2);
    expect(readFileSync(target, "utf8")).toBe(loose);
  });
});

describe("schema", () => {
  const { out } = emptcp(["schema"]);
  const validate = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(out) as object);
  const fenced = (path: string): string[] =>
    [...readFileSync(join(root, path), "utf8").matchAll(/^```ya?ml(?! file=wrong).*\n([\s\S]*?)^```$/gm)].map(
      (m) => m[1] ?? "",
    );
  const readmes = readdirSync(join(root, "packages"))
    .map((name) => `packages/${name}/README.md`)
    .filter((path) => existsSync(join(root, path)));
  const guides = ["docs/guide/policy-files.md"].filter((path) => existsSync(join(root, path)));
  const documents: (readonly [string, string])[] = [
    ...readdirSync(join(root, "examples"))
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .map((name) => [`examples/${name}`, readFileSync(join(root, "examples", name), "utf8")] as const),
    ...["README.md", ...readmes, ...guides].flatMap((path) =>
      fenced(path).map((text) => [path, text] as const),
    ),
  ];
  const plain = (text: string): unknown[] => {
    const parsed = parseAllDocuments(text);
    return (Array.isArray(parsed) ? parsed : []).map((d): unknown => d.toJS());
  };
  const isPolicyFile = (data: unknown): boolean =>
    typeof data === "object" && data !== null && "policies" in data;
  const policyFiles = documents.flatMap(([path, text]) =>
    plain(text)
      .filter(isPolicyFile)
      .map((d) => [path, d] as const),
  );

  it("has policy files to try", () => {
    expect(policyFiles.length).toBeGreaterThan(2);
  });

  it.each(policyFiles)("accepts the policies in %s", (_, data) => {
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
  });

  it("knows every installed module", () => {
    for (const name of readdirSync(join(root, "packages"))) {
      const [, kind, module] = /^(actor|selector)-(.+)$/.exec(name) ?? [];
      if (module !== undefined) expect(out).toContain(`"${kind ?? ""}-${module}"`);
    }
  });

  it("is written to a file", () => {
    const file = join(files.path, "emptcp.schema.json");
    expect(emptcp(["schema", "--out", file])).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(out));
    expect(emptcp(["schema", "--out", join(files.path, "none/x.json")])).toMatchObject({ code: 2 });
  });
});
