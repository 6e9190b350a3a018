import { describeObject, type Layout } from "@emptcp/core/build";
import type { Hook, Manifest, ManifestParam } from "@emptcp/core";
import { expect, it } from "vitest";
import { objectOf } from "./manifest.js";

/** `onlyLower` is `only_lower` in C. */
function memberName(param: string): string {
  return param.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll("-", "_");
}

interface Place {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const place = ({ name, offset, size }: Place | ManifestParam): Place => ({
  name: memberName(name),
  offset,
  size,
});
const byOffset = (a: Place, b: Place): number => a.offset - b.offset;

/** Members that mean something; padding has names of its own. */
function membersOf(layout: Layout | undefined): Place[] {
  return (layout?.members ?? [])
    .filter(({ name }) => !/^(pad|reserved)\d*$/.test(name))
    .map(place)
    .sort(byOffset);
}

/** Fields of a selector's key for one family, by the manifest. */
function keyFields(manifest: Manifest, family: "v4" | "v6"): Place[] {
  return (manifest.key?.fields ?? [])
    .flatMap((field) => {
      const at = field[family];
      return at ? [{ name: memberName(field.param), offset: at[0], size: at[1] }] : [];
    })
    .sort(byOffset);
}

/** Suites that compare the manifest with the types in the objects (BTF). */
export function testLayout(root: URL, manifest: Manifest): void {
  it.each<Hook>([...manifest.hooks])("has on %s the structs that its manifest describes", (hook) => {
    const { abi, kind, params, key, key6 } = describeObject(objectOf(root, manifest, hook), manifest.name);
    expect({ abi, kind }).toEqual({ abi: manifest.abi, kind: manifest.kind });
    if (manifest.kind === "actor") {
      expect(params?.size ?? 0).toBe(manifest.paramsSize);
      expect(membersOf(params)).toEqual(manifest.params.map(place).sort(byOffset));
      return;
    }
    expect([key?.size, (key6 ?? key)?.size]).toEqual([manifest.key?.v4, manifest.key?.v6]);
    expect(membersOf(key)).toEqual(keyFields(manifest, "v4"));
    expect(membersOf(key6 ?? key)).toEqual(keyFields(manifest, "v6"));
  });
}
