import { existsSync, mkdirSync, rmdirSync, unlinkSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { BpfMap, BpfObject, BpfProgram, traceFds, VerifierError } from "../../src/libbpf/index.js";
import { compile, frame, u32 } from "./compile.js";

const SOURCE = `
const volatile __u32 answer = 1;
const volatile struct { __u16 a, b; } pair = { 1, 2 };
const volatile __u8 small = 3;
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } seen SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __uint(key_size, 4); __uint(value_size, 4); } table SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __uint(key_size, 4); __uint(value_size, 4); } unused SEC(".maps");
SEC("xdp.frags") int first(struct xdp_md *ctx)
{
	__u32 zero = 0, *v = bpf_map_lookup_elem(&seen, &zero);
	if (v) *v = answer + pair.b + small;
	bpf_map_lookup_elem(&table, &zero);
	return answer == 77 ? (bpf_map_lookup_elem(&unused, &zero) ? 1 : 2) : 2;
}
SEC("tc") int second(struct __sk_buff *skb) { skb->cb[0] = answer; skb->mark++; return -1; }
`;
const bytes = compile(SOURCE);
const BAD = compile(`SEC("xdp") int good(struct xdp_md *ctx) { return 2; }
SEC("xdp") int bad(struct xdp_md *ctx) { return *(char *)(long)ctx->data; }`);
const open = (): BpfObject => BpfObject.open(bytes, { name: "ffi_test" });

const bpffs = `/tmp/emptcp-ffi-bpffs-${process.pid}`;
mkdirSync(bpffs);
execFileSync("mount", ["-t", "bpf", "bpf", bpffs]);
afterAll(() => {
  execFileSync("umount", [bpffs]);
  rmdirSync(bpffs);
});

test("lists what is inside", () => {
  using object = open();
  expect(object.programs().map((p) => [p.name, p.section])).toEqual([
    ["first", "xdp.frags"],
    ["second", "tc"],
  ]);
  expect(object.maps().map((m) => m.name)).toEqual(["seen", "table", "unused", "ffi_test.rodata"]);
  expect(object.map("table")).toMatchObject({
    type: "hash",
    keySize: 4,
    valueSize: 4,
    maxEntries: 8,
    flags: 0,
  });
  expect(() => object.map("other")).toThrow('find map "other" in ffi_test: it has seen, table');
  expect(() => object.program("other")).toThrow("it has first, second");
  expect(object.findMap("other")).toBeUndefined();
});

test("rodata, sizes, autocreate, reuse and autoload reach the kernel", () => {
  using object = open();
  object.setRodata("answer", 100);
  object.setRodata("pair", Buffer.from([0, 0, 5, 0]));
  object.setRodata("small", 255);
  object.map("table").setKeySize(4).setValueSize(40).setMaxEntries(99);
  object.map("unused").setAutocreate(false);
  using mine = BpfMap.create({ type: "array", name: "mine", keySize: 4, valueSize: 4, maxEntries: 1 });
  object.map("seen").reuseFd(mine.fd);
  object.program("first").setExpectedAttachType(0);
  object.program("second").setAutoload(false);
  object.load();
  using table = object.map("table").map();
  expect(table.info()).toMatchObject({ valueSize: 40, maxEntries: 99 });
  expect(() => object.map("unused").fd).toThrow("it is not created");
  expect(() => object.program("second").fd).toThrow("it is not loaded");
  using first = object.program("first").program();
  object.close();
  expect(first.testRun({ data: frame() })).toMatchObject({ retval: 2 });
  expect(mine.lookup(u32(0))).toEqual(u32(100 + 5 + 255));
  expect(first.info()).toMatchObject({ type: "xdp", name: "first" });
  expect(first.info().mapIds).toContain(mine.info().id);
  expect(first.info().loadTime).toBeGreaterThan(0n);
  using again = BpfProgram.fromId(first.info().id);
  expect(again.info().tag).toBe(first.info().tag);
});

test("the context of a run comes back", () => {
  using object = open();
  object.load();
  using program = object.program("second").program();
  const ctx = Buffer.alloc(192);
  ctx.writeUInt32LE(41, 8);
  const run = program.testRun({ data: frame(), ctx });
  expect(run.retval).toBe(0xffff_ffff);
  expect(run.ctx.readUInt32LE(8)).toBe(42);
  expect(run.ctx.readUInt32LE(48)).toBe(1);
  expect(run.data).toEqual(frame());
  expect(program.testRun({ data: frame(), dataOutSize: 1 }).data).toEqual(frame());
  expect(() => program.testRun({ data: Buffer.alloc(3) })).toThrow(
    expect.objectContaining({ code: "EINVAL" }),
  );
  expect(() => program.testRun({ data: "x" as never })).toThrow(TypeError);
});

test("wrong rodata is refused", () => {
  using object = open();
  expect(() => object.setRodata("nothing", 1)).toThrow("it has answer, pair, small");
  expect(() => object.setRodata("answer", Buffer.alloc(3))).toThrow("3 bytes given, the variable has 4");
  expect(() => object.setRodata("small", 256)).toThrow("256 does not fit 1 bytes");
  expect(() => object.setRodata("answer", 1.5)).toThrow(RangeError);
  expect(() => object.setRodata("answer", 2 ** 53)).toThrow(RangeError);
  expect(() => object.map("seen").reuseFd(-1)).toThrow(RangeError);
  expect(() => object.map("seen").reuseFd(0)).toThrow(/use descriptor for map seen as map: it is/);
  expect(() => object.map("seen").setMaxEntries(2 ** 32 + 1)).toThrow(RangeError);
  expect(() => object.program("first").setType("nothing" as never)).toThrow(RangeError);
});

test("nothing can be set after load, nothing used after close", () => {
  const object = open();
  const map = object.map("table");
  const program = object.program("first");
  expect(() => program.fd).toThrow("it is not loaded");
  object.load();
  expect(() => object.load()).toThrow("loaded already");
  expect(() => object.setRodata("answer", 1)).toThrow("loaded already");
  expect(() => map.setMaxEntries(3)).toThrow("loaded already");
  expect(() => map.reuseFd(0)).toThrow("loaded already");
  expect(() => program.setAutoload(false)).toThrow("loaded already");
  object.close();
  object.close();
  expect(() => object.programs()).toThrow("use of closed object ffi_test");
  expect(() => object.setRodata("answer", 1)).toThrow("use of closed");
  expect(() => map.fd).toThrow("use of closed");
  expect(() => map.valueSize).toThrow("use of closed");
  expect(() => program.fd).toThrow("use of closed");
  expect(() => program.pin("/x")).toThrow("use of closed");
});

test("the verifier's complaint names the program", () => {
  using object = BpfObject.open(BAD, { name: "bad" });
  let caught: unknown;
  try {
    object.load();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(VerifierError);
  const error = caught as VerifierError;
  expect(error.program).toBe("bad");
  expect(error.log).toContain("processed");
  expect(error.summary).toMatch(/invalid access to packet|invalid mem access|R\d/);
  expect(error.message).not.toContain("processed");
  expect(() => object.program("good").fd).toThrow();
});

test("damaged objects are refused", () => {
  expect(() => BpfObject.open(Buffer.from("hello"), { name: "x" })).toThrow(/need 64 bytes/);
  expect(() => BpfObject.open(Buffer.alloc(100), { name: "x" })).toThrow("not an ELF file");
  const cut = bytes.subarray(0, bytes.length - 200);
  expect(() => BpfObject.open(cut, { name: "x" })).toThrow(/read object/);
});

test("an undefined function is reported with libbpf's words", () => {
  const object = compile(`extern int other(void); SEC("xdp") int p(struct xdp_md *ctx) { return other(); }`);
  expect(() => BpfObject.open(object, { name: "x" })).toThrow(/open object x: .*other/);
});

test("pins outlive the object and are opened again", () => {
  const object = open();
  object.load();
  object.program("first").pin(`${bpffs}/first`);
  using map = object.map("table").map();
  map.pin(`${bpffs}/table`);
  expect(() => map.pin(`${bpffs}/table`)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  object.close();
  using program = BpfProgram.fromPin(`${bpffs}/first`);
  expect(program.info().name).toBe("first");
  using again = BpfMap.fromPin(`${bpffs}/table`);
  expect(again.info().id).toBe(map.info().id);
  expect(() => BpfMap.fromPin(`${bpffs}/first`)).toThrow(/as map: it is anon_inode/);
  expect(() => BpfProgram.fromPin(`${bpffs}/table`)).toThrow(/as program: it is anon_inode/);
  expect(() => map.pin("")).toThrow(TypeError);
  for (const name of ["first", "table"]) unlinkSync(`${bpffs}/${name}`);
  expect(existsSync(`${bpffs}/first`)).toBe(false);
});

test("no descriptor stays open", () => {
  expect(
    traceFds(() => {
      using object = open();
      object.load();
      using program = object.program("first").program();
      program.testRun({ data: frame() });
    }),
  ).toEqual([]);
});
