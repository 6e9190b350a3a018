import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { catalog, installed, record, setWindow } from "../../test/support/modules.js";
import type { ModuleCatalog } from "./catalog.js";
import { checkModule } from "./compatible.js";
import { discoverModules, readModulePackage } from "./discover.js";
import { camelToKebab, isKebab, kebabToCamel, kebabToSnake, moduleOfPackage, snakeToKebab } from "./names.js";
import { objectPath, readModuleObject } from "./object-file.js";
import type { Manifest } from "./types.js";

const bytes = Buffer.from("an object");
const object = (m: Manifest) => ({
  file: `${m.symbol}.xdp.bpf.o`,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  size: bytes.length,
});
const complete = (m: Manifest, change: Partial<Manifest> = {}): Manifest => ({
  ...m,
  hooks: ["xdp"],
  objects: { xdp: object(m) },
  ...change,
});

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "emptcp-discover-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(dir: string, m: Manifest, packageJson: object = {}): string {
  const at = join(root, dir);
  mkdirSync(join(at, "dist"), { recursive: true });
  const json = {
    name: m.name,
    version: m.version,
    emptcp: { manifest: "./dist/manifest.json" },
    ...packageJson,
  };
  writeFileSync(join(at, "package.json"), JSON.stringify(json));
  writeFileSync(join(at, "dist/manifest.json"), JSON.stringify(m));
  writeFileSync(join(at, "dist", `${m.symbol}.xdp.bpf.o`), bytes);
  // A module's code must never run.
  writeFileSync(join(at, "index.js"), "process.exit(99)");
  return at;
}

const names = (c: ModuleCatalog): string[] => c.list().map((m) => `${m.manifest.name}@${m.manifest.version}`);

describe("discoverModules", () => {
  it("finds modules in node_modules above, scoped or not, and nothing else", () => {
    write("node_modules/@emptcp/actor-set-window", complete(setWindow));
    write("node_modules/actor-record", complete(record, { name: "actor-record" }));
    mkdirSync(join(root, "node_modules/left-pad"), { recursive: true });
    writeFileSync(join(root, "node_modules/left-pad/package.json"), "{}");
    mkdirSync(join(root, "node_modules/empty"));
    mkdirSync(join(root, "a/b"), { recursive: true });
    const found = discoverModules({ from: [join(root, "a/b")] });
    expect(names(found)).toEqual(["actor-record@0.1.0", "@emptcp/actor-set-window@0.1.0"]);
    expect(found.problems).toEqual([]);
    expect(found.get("set-window")).toBe(found.get("@emptcp/actor-set-window"));
    expect(found.get("nothing")).toBeUndefined();
  });

  it.each(["pnpm-workspace.yaml", "package.json"])("finds the packages of a workspace (%s)", (file) => {
    write("packages/actor-set-window", complete(setWindow));
    write("tools/x/actor-record", complete(record));
    const text =
      file === "package.json"
        ? JSON.stringify({ workspaces: ["packages/actor-*", "tools/x/*", "../*", "!x"] })
        : 'packages:\n  - "packages/actor-*" # ours\n  - tools/x/*\ncatalog:\n  - other/*\n';
    writeFileSync(join(root, file), text);
    expect(names(discoverModules({ from: [root] }))).toHaveLength(2);
  });

  it("takes a workspace file that cannot be read for none", () => {
    writeFileSync(join(root, "package.json"), "{");
    expect(discoverModules({ from: [root] }).list()).toEqual([]);
    writeFileSync(join(root, "package.json"), JSON.stringify({ workspaces: ["missing/*"] }));
    expect(discoverModules({ from: [root] }).list()).toEqual([]);
  });

  it("takes a package directory itself, and modules already at hand first", () => {
    const dir = write("here", complete(setWindow));
    expect(names(discoverModules({ from: [dir] }))).toEqual(["@emptcp/actor-set-window@0.1.0"]);
    const extra = installed({ ...setWindow, version: "9.0.0" });
    expect(names(discoverModules({ from: [dir], extra: [extra] }))).toEqual([
      "@emptcp/actor-set-window@9.0.0",
    ]);
  });

  it("takes the nearest of two versions, and reads a linked package once", () => {
    write("node_modules/@emptcp/actor-set-window", complete(setWindow));
    write("app/node_modules/@emptcp/actor-set-window", complete(setWindow, { version: "0.2.0" }));
    symlinkSync(
      join(root, "app/node_modules/@emptcp/actor-set-window"),
      join(root, "app/node_modules/again"),
    );
    const found = discoverModules({ from: [join(root, "app")] });
    expect(names(found)).toEqual(["@emptcp/actor-set-window@0.2.0"]);
    expect(found.candidates("set-window").map((m) => m.manifest.version)).toEqual(["0.2.0", "0.1.0"]);
  });

  it("asks which package is meant when two provide a name", () => {
    write("node_modules/@emptcp/actor-record", complete(record));
    write("node_modules/@acme/actor-record", complete(record, { name: "@acme/actor-record" }));
    const found = discoverModules({ from: [root] });
    expect(() => found.get("record")).toThrow(
      /several packages provide it: @acme.* and @emptcp|@emptcp.* and @acme/,
    );
    expect(found.withPreferences({ record: "@acme/actor-record" }).get("record")?.manifest.name).toBe(
      "@acme/actor-record",
    );
  });

  it("says why a package cannot be used, and goes on", () => {
    write("node_modules/bad-json", complete(record));
    writeFileSync(join(root, "node_modules/bad-json/dist/manifest.json"), "{");
    write("node_modules/bad-shape", complete(record, { abi: 0 }));
    write("node_modules/other-version", complete(record), { version: "3.0.0" });
    write("node_modules/elsewhere", complete(record), { emptcp: { manifest: "../../../etc/passwd" } });
    write("node_modules/not-ours", complete(record), { emptcp: "x" });
    write("node_modules/@emptcp/actor-set-window", complete(setWindow));
    const found = discoverModules({ from: [root] });
    expect(names(found)).toEqual(["@emptcp/actor-set-window@0.1.0"]);
    expect(found.problems.map((p) => p.message).join("\n")).toMatch(
      /(?=[^]*JSON)(?=[^]*abi)(?=[^]*package\.json says @emptcp\/actor-record 3\.0\.0)(?=[^]*must be)/,
    );
    expect(found.problems).toHaveLength(4);
    expect(readModulePackage(join(root, "nowhere"))).toBeUndefined();
  });
});

describe("readModuleObject", () => {
  it("reads the object that the manifest names", () => {
    const dir = write("x", complete(setWindow));
    const module = { manifest: complete(setWindow), dir };
    expect(readModuleObject(module, "xdp")).toEqual(bytes);
    expect(objectPath(module, "tc-egress")).toBeUndefined();
    expect(() => readModuleObject(module, "tc-egress")).toThrow("it does not run there, it runs on xdp");
    writeFileSync(join(dir, "dist/set_window.xdp.bpf.o"), "changed");
    expect(() => readModuleObject(module, "xdp")).toThrow(/sha256 is [0-9a-f]{64}, the manifest says/);
    rmSync(join(dir, "dist"), { recursive: true });
    expect(() => readModuleObject(module, "xdp")).toThrow("it is not there");
  });
});

describe("checkModule", () => {
  const at = (abi: number, core: string) => installed({ ...setWindow, abi, core });

  it("names both sides of both axes", () => {
    expect(checkModule(at(1, "^0.1.0"), { core: "0.1.5" })).toEqual([]);
    expect(checkModule(at(1, "^1.0.0"), { core: "1.1.0-next.1" })).toEqual([]);
    const problems = checkModule(at(3, "^2.0.0"), { core: "0.1.0", abis: [1, 2] });
    expect(problems.map((p) => p.message)).toEqual([
      "use @emptcp/actor-set-window 0.1.0: built for abi 3, core speaks abi 1, 2",
      "use @emptcp/actor-set-window 0.1.0: needs @emptcp/core ^2.0.0, this is 0.1.0",
    ]);
  });
});

describe("names", () => {
  it("spells one name in three ways", () => {
    expect(kebabToSnake("set-window-2")).toBe("set_window_2");
    expect(kebabToCamel("set-window-2")).toBe("setWindow2");
    expect(snakeToKebab("set_window")).toBe("set-window");
    expect(camelToKebab("setWindow")).toBe("set-window");
    expect(["a", "a-b", "a1-2"].every(isKebab)).toBe(true);
    expect(["", "-a", "a-", "a--b", "A", "1a", "a_b"].some(isKebab)).toBe(false);
    expect(moduleOfPackage("@emptcp/actor-set-window")).toBe("set-window");
    expect(moduleOfPackage("emptcp-selector-x")).toBe("x");
    expect(moduleOfPackage("left-pad")).toBeUndefined();
  });

  it("lists modules by name", () => {
    expect(catalog.list().map((m) => m.manifest.module)).toEqual([
      "any",
      "dst",
      "ip-pair",
      "port",
      "record",
      "set-window",
      "src",
      "subflow",
      "tcp",
      "token",
    ]);
  });
});
