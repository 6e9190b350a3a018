import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkParams, decodeParams, encodeParams, type Manifest, type ModuleDefinition } from "@emptcp/core";
import { objectOf } from "./manifest.js";
import { boundaryValues } from "./boundary-values.js";

/** Encoding of an interface name needs an index; any will do. */
const ANY_INTERFACE = { ifindex: (): number => 1 };

/** Suites on the objects: those that the manifest promises are there, unchanged, and what the definition says. */
export function testObjects(manifest: Manifest, definition: ModuleDefinition): void {
  it("has a manifest that says what its definition says", () => {
    expect({ module: manifest.module, symbol: manifest.symbol, description: manifest.description }).toEqual({
      module: definition.module,
      symbol: definition.symbol,
      description: definition.description,
    });
    expect([...manifest.hooks].sort()).toEqual([...definition.hooks].sort());
    expect(manifest.params.map((param) => param.name).sort()).toEqual(
      Object.keys(manifest.kind === "actor" ? (definition.params ?? {}) : {}).sort(),
    );
  });

  it.each([...manifest.hooks])("has the object for %s that the manifest promises", (hook) => {
    const object = manifest.objects[hook];
    const bytes = objectOf(definition.root, manifest, hook);
    expect(bytes.length).toBe(object?.size);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(object?.sha256);
  });
}

/** Suites on the parameters of an actor: bounds hold, and what goes in comes out again. */
export function testParams(manifest: Manifest, sample: Readonly<Record<string, unknown>>): void {
  it("accepts its sample parameters", () => {
    expect(checkParams(manifest, sample)).toEqual([]);
    expect(encodeParams(manifest, sample, ANY_INTERFACE)).toHaveLength(manifest.paramsSize);
  });

  it("refuses a parameter that it does not have", () => {
    expect(checkParams(manifest, { ...sample, "no such parameter": 1 })).toHaveLength(1);
  });

  describe.each([...manifest.params])("parameter $name", (param) => {
    const { accepted, refused } = boundaryValues(param);
    it.each(accepted.map((value) => [value]))("accepts %j", (value) => {
      const params = { ...sample, [param.name]: value };
      expect(checkParams(manifest, params)).toEqual([]);
      const bytes = encodeParams(manifest, params, ANY_INTERFACE);
      expect(encodeParams(manifest, decodeParams(manifest, bytes), ANY_INTERFACE)).toEqual(bytes);
    });

    it.each(refused.map((value) => [value]))("refuses %j", (value) => {
      const problems = checkParams(manifest, { ...sample, [param.name]: value });
      expect(problems.map((problem) => problem.message).join()).toContain(param.name);
    });
  });
}
