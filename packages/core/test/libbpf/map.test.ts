import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import {
  BatchError,
  BPF_EXIST,
  BPF_F_MMAPABLE,
  BPF_NOEXIST,
  BpfMap,
  possibleCpus,
  traceFds,
} from "../../src/libbpf/index.js";
import { u32 } from "./compile.js";

const hash = (maxEntries = 16): BpfMap =>
  BpfMap.create({ type: "hash", name: "ffi_hash", keySize: 4, valueSize: 8, maxEntries });

test("info says what was created", () => {
  using map = hash();
  expect(map.info()).toMatchObject({
    type: "hash",
    keySize: 4,
    valueSize: 8,
    maxEntries: 16,
    name: "ffi_hash",
    flags: 0,
    btfId: 0,
  });
  using again = BpfMap.fromId(map.info().id);
  expect(again.info().id).toBe(map.info().id);
});

test("update, lookup, delete", () => {
  using map = hash();
  expect(map.lookup(u32(1))).toBeUndefined();
  map.update(u32(1), Buffer.alloc(8, 7));
  expect(map.lookup(u32(1))).toEqual(Buffer.alloc(8, 7));
  expect(() => map.update(u32(1), Buffer.alloc(8), BPF_NOEXIST)).toThrow(
    expect.objectContaining({ code: "EEXIST" }),
  );
  expect(() => map.update(u32(2), Buffer.alloc(8), BPF_EXIST)).toThrow(
    expect.objectContaining({ code: "ENOENT" }),
  );
  expect(map.delete(u32(1))).toBe(true);
  expect(map.delete(u32(1))).toBe(false);
});

test("a full map says so", () => {
  using map = hash(1);
  map.update(u32(1), Buffer.alloc(8));
  expect(() => map.update(u32(2), Buffer.alloc(8))).toThrow(/update map ffi_hash: too large \(E2BIG\)/);
});

test("buffers of the wrong size never reach the kernel", () => {
  using map = hash();
  expect(() => map.lookup(Buffer.alloc(3))).toThrow("3 bytes given, 4 needed");
  expect(() => map.update(u32(1), Buffer.alloc(7))).toThrow("7 bytes given, 8 needed");
  expect(() => map.update(u32(1), Buffer.alloc(9))).toThrow(RangeError);
  expect(() => map.lookupInto(u32(1), Buffer.alloc(7))).toThrow(RangeError);
  expect(() => map.updateBatch(Buffer.alloc(7), Buffer.alloc(16), 2)).toThrow("7 bytes given, 8 needed");
  expect(() => map.updateBatch(Buffer.alloc(8), Buffer.alloc(15), 2)).toThrow(RangeError);
  expect(() => map.deleteBatch(Buffer.alloc(7), 2)).toThrow(RangeError);
  expect(() => map.update("abcd" as never, Buffer.alloc(8))).toThrow(TypeError);
  expect(() => map.updateBatch(Buffer.alloc(8), Buffer.alloc(16), -1)).toThrow(RangeError);
});

test("a closed map cannot be used", () => {
  const map = hash();
  map.close();
  map.close();
  expect(() => map.lookup(u32(1))).toThrow("use of closed map ffi_hash");
  expect(() => map.update(u32(1), Buffer.alloc(8))).toThrow("use of closed");
  expect(() => [...map.keys()]).toThrow("use of closed");
  expect(() => map.info()).toThrow("use of closed");
  expect(() => map.fd).toThrow("use of closed");
});

test("creating a map tells what is wrong", () => {
  const options = { type: "hash", name: "x", keySize: 4, valueSize: 4, maxEntries: 1 } as const;
  expect(() => BpfMap.create({ ...options, maxEntries: 0 })).toThrow(
    expect.objectContaining({ code: "EINVAL" }),
  );
  expect(() => BpfMap.create({ ...options, keySize: 2 ** 32 + 4 })).toThrow(RangeError);
  expect(() => BpfMap.create({ ...options, type: "nothing" as never })).toThrow("nothing is not a map type");
  expect(() => BpfMap.create({ ...options, name: "a b" })).toThrow(TypeError);
  expect(() => BpfMap.fromPin("/sys/fs/nothing/here")).toThrow(expect.objectContaining({ code: "ENOENT" }));
  expect(() => BpfMap.fromFd(-1)).toThrow(RangeError);
  expect(() => BpfMap.fromFd(0)).toThrow();
});

test.each(["hash", "array", "lru_hash"] as const)("batches of %s", (type) => {
  const count = 10_000;
  using map = BpfMap.create({ type, name: "ffi_batch", keySize: 4, valueSize: 8, maxEntries: count * 2 });
  const keys = Buffer.alloc(4 * count);
  const values = Buffer.alloc(8 * count);
  for (let i = 0; i < count; i++) {
    keys.writeUInt32LE(i, 4 * i);
    values.writeUInt32LE(i * 3, 8 * i);
  }
  expect(map.updateBatch(keys, values, count)).toBe(count);
  const seen = new Map([...map.entries()].map(([key, value]) => [key.readUInt32LE(), value.readUInt32LE()]));
  expect(seen.size).toBe(type === "array" ? count * 2 : count);
  for (let i = 0; i < count; i++) expect(seen.get(i)).toBe(i * 3);
  expect([...map.keys()]).toHaveLength(seen.size);
});

test("a batch that does not fit says how far it got", () => {
  using map = hash(10);
  const keys = Buffer.concat(Array.from({ length: 20 }, (_, i) => u32(i)));
  let caught: unknown;
  try {
    map.updateBatch(keys, Buffer.alloc(160), 20);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(BatchError);
  expect((caught as BatchError).code).toBe("E2BIG");
  expect((caught as BatchError).processed).toBe([...map.keys()].length);
});

test("deleteBatch skips what is not there", () => {
  using map = hash();
  for (const key of [1, 3, 5]) map.update(u32(key), Buffer.alloc(8));
  expect(map.deleteBatch(Buffer.concat([1, 2, 3, 4].map(u32)), 4)).toBe(2);
  expect([...map.keys()]).toEqual([u32(5)]);
});

test("types without batches are walked key by key", () => {
  using map = BpfMap.create({
    type: "devmap_hash",
    name: "ffi_devmap",
    keySize: 4,
    valueSize: 4,
    maxEntries: 4,
  });
  map.update(u32(9), u32(1));
  expect([...map.entries()]).toEqual([[u32(9), u32(1)]]);
});

test("per-CPU maps give a value for each CPU", () => {
  using map = BpfMap.create({
    type: "percpu_array",
    name: "ffi_percpu",
    keySize: 4,
    valueSize: 20,
    maxEntries: 2,
  });
  expect(map.transferSize).toBe(24 * possibleCpus());
  const value = Buffer.alloc(map.transferSize);
  for (let cpu = 0; cpu < possibleCpus(); cpu++) value.writeUInt32LE(cpu + 100, cpu * 24);
  map.update(u32(1), value);
  const perCpu = map.lookupPerCpu(u32(1));
  expect(perCpu?.map((v) => v.readUInt32LE())).toEqual(
    Array.from({ length: possibleCpus() }, (_, cpu) => cpu + 100),
  );
  expect(perCpu?.[0]).toHaveLength(20);
  using plain = hash();
  plain.update(u32(1), Buffer.alloc(8));
  expect(() => plain.lookupPerCpu(u32(1))).toThrow(TypeError);
});

test("mapped memory is shared between descriptors and processes", () => {
  using map = BpfMap.create({
    type: "array",
    name: "ffi_mmap",
    keySize: 4,
    valueSize: 8,
    maxEntries: 4,
    flags: BPF_F_MMAPABLE,
  });
  using other = BpfMap.fromFd(map.fd);
  const mine = new BigInt64Array(map.mmap({ writable: true }));
  const theirs = new BigInt64Array(other.mmap());
  Atomics.store(mine, 2, 42n);
  expect(Atomics.load(theirs, 2)).toBe(42n);
  expect(map.lookup(u32(2))?.readBigInt64LE()).toBe(42n);
  expect(Atomics.compareExchange(mine, 2, 42n, 43n)).toBe(42n);
  expect(Atomics.compareExchange(mine, 2, 42n, 44n)).toBe(43n);
  map.update(u32(3), Buffer.alloc(8, 1));
  expect(theirs[3]).toBe(0x0101010101010101n);
  const { status, stderr } = spawnSync(
    "bpftool",
    [
      "map",
      "update",
      "id",
      String(map.info().id),
      "key",
      "hex",
      "0",
      "0",
      "0",
      "0",
      "value",
      "hex",
      "5",
      "0",
      "0",
      "0",
      "0",
      "0",
      "0",
      "0",
    ],
    { encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  expect(Atomics.load(mine, 0)).toBe(5n);
});

test("mapped memory is let go by close, and stays safe to touch", () => {
  using keeper = BpfMap.create({
    type: "array",
    name: "ffi_mmap",
    keySize: 4,
    valueSize: 8,
    maxEntries: 4,
    flags: BPF_F_MMAPABLE,
  });
  const map = BpfMap.fromFd(keeper.fd);
  const view = new BigInt64Array(map.mmap({ writable: true }));
  Atomics.store(view, 0, 7n);
  map.close();
  expect(Atomics.load(view, 0)).toBe(0n);
  Atomics.store(view, 0, 9n);
  expect(keeper.lookup(u32(0))?.readBigInt64LE()).toBe(7n);
});

test("only maps made for it can be mapped", () => {
  using map = hash();
  expect(() => map.mmap()).toThrow(/map memory of map ffi_hash/);
});

test("a frozen map refuses updates", () => {
  using map = BpfMap.create({ type: "array", name: "ffi_frozen", keySize: 4, valueSize: 4, maxEntries: 1 });
  map.freeze();
  expect(() => map.update(u32(0), u32(1))).toThrow(expect.objectContaining({ code: "EPERM" }));
  expect(map.lookup(u32(0))).toEqual(u32(0));
});

test("the tracer names what was left open", () => {
  let left: BpfMap | undefined;
  const leaks = traceFds(() => {
    hash().close();
    left = hash();
  });
  expect(leaks).toHaveLength(1);
  expect(leaks[0]).toContain("map ffi_hash was left open");
  left?.close();
});
