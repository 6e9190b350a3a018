import fc from "fast-check";
import { expect, test } from "vitest";
import { BpfObject, linkObjects } from "../../src/libbpf/index.js";
import { compareMaps } from "../../src/object/compare.js";
import { codeUse } from "../../src/object/instructions.js";
import { mapDefinitions, soleVariable } from "../../src/object/map-definitions.js";
import { ObjectError } from "../../src/object/object-error.js";
import { renameSymbols } from "../../src/object/rename.js";
import { readElf } from "../../src/object/elf.js";
import { readBtf, sectionVariables } from "../../src/object/variables.js";
import { compile, frame, u32 } from "./compile.js";

const COMMON = "struct pkt { void *data; void *data_end; };\n";
const ENTRY = compile(`${COMMON}
__attribute__((weak)) __hidden int selector_0(struct xdp_md *ctx, struct pkt *pkt, void *key) { return 0; }
__attribute__((weak)) __hidden int selector_1(struct xdp_md *ctx, struct pkt *pkt, void *key) { return 0; }
__attribute__((weak)) __hidden int selector_2(struct xdp_md *ctx, struct pkt *pkt, void *key) { return 0; }
const volatile __u32 count = 3;
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32[12]); } out SEC(".maps");
SEC("xdp.frags") int entry(struct xdp_md *ctx)
{
	struct pkt pkt = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };
	__u32 key[12] = {0}, zero = 0, hits = 0;
	if (count > 0 && selector_0(ctx, &pkt, key)) hits |= 1;
	if (count > 1 && selector_1(ctx, &pkt, key + 4)) hits |= 2;
	if (count > 2 && selector_2(ctx, &pkt, key + 8)) hits |= 4;
	if (pkt.data + 14 > pkt.data_end) return 1;
	__u32 *v = bpf_map_lookup_elem(&out, &zero);
	if (v) __builtin_memcpy(v, key, sizeof(key));
	return 100 + hits + *(__u8 *)pkt.data;
}`);
const SELECTOR = compile(`${COMMON}
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } runs SEC(".maps");
const volatile __u32 stamp = 7;
struct declaration { __u32 abi, kind; struct { __u16 window; } params; };
SEC(".emptcp") struct declaration module = { 1, 2, { 9 } };
__hidden int ip_pair__body(struct xdp_md *ctx, struct pkt *pkt, void *key)
{
	__u32 *k = key, zero = 0;
	if (pkt->data + 34 > pkt->data_end) return 0;
	k[0] = *(__u32 *)(pkt->data + 26); k[1] = *(__u32 *)(pkt->data + 30); k[2] = stamp;
	__u32 *v = bpf_map_lookup_elem(&runs, &zero);
	if (v) __sync_fetch_and_add(v, 1);
	return 1;
}
SEC("xdp.frags") int ip_pair(struct xdp_md *ctx)
{
	struct pkt pkt = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };
	__u32 key[4];
	return ip_pair__body(ctx, &pkt, key);
}`);

/** The selector as number `i`: its body under the entry's name, all else out of the way. */
function selector(i: number): Buffer {
  const names = readElf(SELECTOR)
    .globals()
    .map(({ name }) => [name, name === "ip_pair__body" ? `selector_${i}` : `s${i}_${name}`] as const);
  return renameSymbols(SELECTOR, new Map(names));
}

test.each([
  [[], 0],
  [[0], 1],
  [[1], 2],
  [[0, 2], 5],
  [[0, 1, 2], 7],
])("weak defaults give way to selectors %j", (slots, hits) => {
  const inputs = [
    { name: "entry", bytes: ENTRY },
    ...slots.map((i) => ({ name: `s${i}`, bytes: selector(i) })),
  ];
  for (const order of [inputs, [...inputs].reverse()]) {
    using object = BpfObject.open(linkObjects(order), { name: "linked" });
    for (const program of object.programs())
      program.setAutoload(program.name === "entry").setExpectedAttachType(0);
    for (const i of slots) object.setRodata(`s${i}_stamp`, 40 + i);
    object.load();
    using entry = object.program("entry").program();
    expect(entry.testRun({ data: frame() }).retval).toBe(100 + hits);
    using out = object.map("out").map();
    const keys = out.lookup(u32(0));
    for (const i of slots) {
      expect(keys?.subarray(16 * i, 16 * i + 12).toString("hex")).toBe(
        `0a0000010a000002${u32(40 + i).toString("hex")}`,
      );
      using runs = object.map(`s${i}_runs`).map();
      expect(runs.lookup(u32(0))).toEqual(u32(1));
    }
  }
});

test("clashes are reported with libbpf's words", () => {
  const twice = [1, 2].map((i) => ({ name: `copy${i}`, bytes: SELECTOR }));
  expect(() => linkObjects(twice)).toThrow(/link copy2: .*conflicting non-weak symbol/);
  expect(() => linkObjects([])).toThrow(RangeError);
  expect(() => linkObjects([{ name: "junk", bytes: Buffer.from("junk") }])).toThrow(ObjectError);
  expect(() => linkObjects([{ name: "zeros", bytes: Buffer.alloc(4096) }])).toThrow("not an ELF file");
});

test("names that cannot be given are refused", () => {
  const rename = (from: string, to: string): Buffer => renameSymbols(SELECTOR, new Map([[from, to]]));
  expect(() => rename("nothing", "x")).toThrow("the object has no such symbol");
  expect(() => rename("runs", "a b")).toThrow("is not a name");
  expect(() => rename("runs", "stamp")).toThrow("stamp is taken already");
  expect(() =>
    renameSymbols(
      SELECTOR,
      new Map([
        ["runs", "x"],
        ["stamp", "x"],
      ]),
    ),
  ).toThrow("x is taken already");
  expect(renameSymbols(SELECTOR, new Map())).toEqual(SELECTOR);
});

test("what is in an object", () => {
  const elf = readElf(SELECTOR);
  const btf = readBtf(elf);
  if (!btf) throw new Error("no btf");
  expect(
    elf
      .globals()
      .map((s) => s.name)
      .sort(),
  ).toEqual(["LICENSE", "ip_pair", "ip_pair__body", "module", "runs", "stamp"]);
  expect(codeUse(elf)).toMatchObject({
    helpers: ["bpf_map_lookup_elem"],
    maps: ["runs"],
    kernelFunctions: [],
    tailCalls: 0,
  });
  expect(mapDefinitions(btf)).toMatchObject([
    { name: "runs", type: 2, keySize: 4, valueSize: 4, maxEntries: 1 },
  ]);
  expect(sectionVariables(elf, btf, ".rodata")).toMatchObject([{ name: "stamp", offset: 0, size: 4 }]);
  const module = soleVariable(elf, btf, ".emptcp");
  expect(module?.data.toString("hex")).toBe("010000000200000009000000");
  expect(btf.members(module?.type ?? 0).map((m) => [m.name, m.offset])).toEqual([
    ["abi", 0],
    ["kind", 4],
    ["params", 8],
  ]);
  const [map] = mapDefinitions(btf);
  if (map) expect(compareMaps({ map, btf }, { map, btf })).toEqual([]);
});

test("no damage of an object gets past the reader as a crash", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(SELECTOR.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      (edits) => {
        const bad = Buffer.from(SELECTOR);
        for (const [at, value] of edits) bad[at] = value;
        headers(bad);
      },
    ),
    { numRuns: 400 },
  );
  // the ends of the file hold what is followed first: ELF header and section headers
  for (let at = 0; at < 64; at++) for (const value of [0, 1, 0x7f, 0xff]) headers(patched(at, value));
  const sections = Number(SELECTOR.readBigUInt64LE(40));
  for (let at = sections; at < SELECTOR.length; at += 3) headers(patched(at, 0xff));
});

test("the linker survives every damaged object that the checks let through", () => {
  const sections = Number(SELECTOR.readBigUInt64LE(40));
  const place = fc.oneof(
    fc.nat(SELECTOR.length - 1),
    fc.integer({ min: sections, max: SELECTOR.length - 1 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 }), (edits) => {
      const bad = Buffer.from(SELECTOR);
      for (const [at, value] of edits) bad[at] = value;
      try {
        linkObjects([
          { name: "entry", bytes: ENTRY },
          { name: "bad", bytes: bad },
        ]);
      } catch (error) {
        expect((error as Error).name).toMatch(/^(ObjectError|SystemError)$/);
      }
    }),
    // fixed: a crash takes the process with it and leaves no counterexample
    { numRuns: 600, seed: 20261121 },
  );
});

function patched(at: number, value: number): Buffer {
  const bad = Buffer.from(SELECTOR);
  bad[at] = value;
  return bad;
}

/** Reads all there is; only ObjectError may come out. */
function headers(bytes: Buffer): void {
  try {
    const elf = readElf(bytes);
    codeUse(elf);
    const btf = readBtf(elf);
    if (btf) {
      mapDefinitions(btf);
      sectionVariables(elf, btf, ".rodata");
      soleVariable(elf, btf, ".emptcp");
    }
    renameSymbols(bytes, new Map([["runs", "other"]]));
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
  }
}
