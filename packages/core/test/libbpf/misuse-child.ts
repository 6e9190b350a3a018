/**
 * Misuses everything: use after close, wrong sizes, short buffers, wrong kinds of descriptors and of arguments. Prints one line
 * for each try: what it threw, or that it did not. The parent sees when one of them ends the process.
 */
import { readFileSync } from "node:fs";
import {
  BpfLink,
  BpfMap,
  BpfObject,
  BpfProgram,
  Fd,
  RingBuffer,
  attachClsact,
  bpfSyscall,
  ensureBpffs,
  flockExclusive,
  interfaceIndex,
  linkObjects,
  mapTypeId,
  programTypeId,
  queryXdp,
  readKernelBtf,
  tcxQuery,
  withNetns,
  xdpAttach,
} from "../../src/libbpf/index.js";

/** A line of what it prints, cut at the tab. */
export type Outcome = readonly [name: string, outcome: string];

const bytes = readFileSync(process.argv[2] ?? "");
const object = (): BpfObject => BpfObject.open(bytes, { name: "misuse" });
const hash = (): BpfMap =>
  BpfMap.create({ type: "hash", name: "misuse", keySize: 4, valueSize: 8, maxEntries: 4 });
const array = (): BpfMap =>
  BpfMap.create({ type: "array", name: "misuse", keySize: 4, valueSize: 8, maxEntries: 4, flags: 1 << 10 });
const ring = (): BpfMap =>
  BpfMap.create({ type: "ringbuf", name: "misuse", keySize: 0, valueSize: 0, maxEntries: 4096 });
const closed = <T extends { close(): void }>(thing: T): T => {
  thing.close();
  thing.close();
  return thing;
};
const loaded = (): BpfObject => {
  const o = object();
  o.load();
  return o;
};
const program = (): BpfProgram => loaded().program("misuse").program();
const [key, value] = [Buffer.alloc(4), Buffer.alloc(8)];
const any = <T>(wrong: unknown): T => wrong as T;

const tries: Readonly<Record<string, () => unknown>> = {
  "map: lookup after close": () => closed(hash()).lookup(key),
  "map: update after close": () => closed(hash()).update(key, value),
  "map: delete after close": () => closed(hash()).delete(key),
  "map: entries after close": () => [...closed(hash()).entries()],
  "map: keys after close": () => [...closed(ring()).keys()],
  "map: info after close": () => closed(hash()).info(),
  "map: mmap after close": () => closed(array()).mmap(),
  "map: freeze after close": () => closed(hash()).freeze(),
  "map: pin after close": () => closed(hash()).pin("/sys/fs/bpf/misuse"),
  "map: batch after close": () => closed(hash()).updateBatch(key, value, 1),
  "map: delete batch after close": () => closed(hash()).deleteBatch(key, 1),
  "map: closed while it is iterated": () => {
    const map = array();
    for (const _ of map.entries()) map.close();
    return map.lookup(key);
  },
  "map: short key": () => hash().lookup(Buffer.alloc(3)),
  "map: short value": () => hash().update(key, Buffer.alloc(7)),
  "map: long value": () => hash().update(key, Buffer.alloc(9)),
  "map: short target": () => hash().lookupInto(key, Buffer.alloc(7)),
  "map: key that is text": () => hash().lookup(any("1234")),
  "map: key that is nothing": () => hash().lookup(any(undefined)),
  "map: short batch": () => hash().updateBatch(Buffer.alloc(8), Buffer.alloc(15), 2),
  "map: huge batch": () => hash().updateBatch(key, value, 0xffff_ffff),
  "map: negative batch": () => hash().updateBatch(key, value, -1),
  "map: half a batch": () => hash().deleteBatch(key, 0.5),
  "map: per cpu of another type": () => hash().lookupPerCpu(key),
  "map: memory of a hash": () => hash().mmap(),
  "map: zero sizes": () =>
    BpfMap.create({ type: "hash", name: "misuse", keySize: 0, valueSize: 0, maxEntries: 0 }),
  "map: negative entries": () =>
    BpfMap.create({ type: "hash", name: "misuse", keySize: 4, valueSize: 4, maxEntries: -1 }),
  "map: unknown type": () => mapTypeId(any("hush")),
  "map: from a closed descriptor": () => BpfMap.fromFd(9999),
  "map: from a negative descriptor": () => BpfMap.fromFd(-1),
  "map: from standard input": () => BpfMap.fromFd(0),
  "map: from a program": () => BpfMap.fromFd(program().fd),
  "map: from an id that is none": () => BpfMap.fromId(0xffff_ffff),
  "map: from a path with a zero": () => BpfMap.fromPin("/sys/fs/bpf/a\0b"),
  "map: from an empty path": () => BpfMap.fromPin(""),
  "map: from a path that is none": () => BpfMap.fromPin(any(5)),
  "map: pinned at a file": () => hash().pin("/tmp/misuse"),
  "object: empty": () => BpfObject.open(Buffer.alloc(0), { name: "x" }),
  "object: noise": () => BpfObject.open(Buffer.alloc(4096, 0x5a), { name: "x" }),
  "object: cut": () => BpfObject.open(bytes.subarray(0, bytes.length / 2), { name: "x" }),
  "object: no bytes": () => BpfObject.open(any("text"), { name: "x" }),
  "object: load after close": () => closed(object()).load(),
  "object: programs after close": () => closed(object()).programs(),
  "object: rodata after close": () => closed(object()).setRodata("limit", 1),
  "object: loaded twice": () => loaded().load(),
  "object: rodata after load": () => loaded().setRodata("limit", 1),
  "object: unknown variable": () => object().setRodata("nothing", 1),
  "object: variable that is too small": () => object().setRodata("limit", 2n ** 33n),
  "object: variable of another size": () => object().setRodata("limit", Buffer.alloc(5)),
  "object: half a number": () => object().setRodata("limit", 0.5),
  "object: unknown program": () => object().program("nothing"),
  "object: unknown map": () => object().map("nothing"),
  "object: descriptor before load": () => object().program("misuse").fd,
  "object: map before load": () => object().map("numbers").fd,
  "object: program of a closed object": () => {
    const o = loaded();
    const p = o.program("misuse");
    o.close();
    return p.fd;
  },
  "object: map of a closed object": () => {
    const o = loaded();
    const m = o.map("numbers");
    o.close();
    return m.setMaxEntries(5);
  },
  "object: reuse of standard input": () => object().map("numbers").reuseFd(0),
  "object: reuse of a program": () => object().map("numbers").reuseFd(program().fd),
  "object: entries after load": () => loaded().map("numbers").setMaxEntries(5),
  "object: negative entries": () => object().map("numbers").setMaxEntries(-5),
  "object: unknown program type": () => programTypeId(any("nothing")),
  "program: run after close": () => closed(program()).testRun({ data: Buffer.alloc(60) }),
  "program: info after close": () => closed(program()).info(),
  "program: too short a packet": () => program().testRun({ data: Buffer.alloc(1) }),
  "program: no packet": () => program().testRun({ data: Buffer.alloc(0) }),
  "program: a packet that is text": () => program().testRun({ data: any("text") }),
  "program: short context": () => program().testRun({ data: Buffer.alloc(60), ctx: Buffer.alloc(3).fill(1) }),
  "program: negative repeats": () => program().testRun({ data: Buffer.alloc(60), repeat: -1 }),
  "program: from a map": () => BpfProgram.fromFd(hash().fd),
  "program: from an id that is none": () => BpfProgram.fromId(0xffff_ffff),
  "link: to no interface": () => BpfLink.createXdp(program(), 0x7fff_ffff),
  "link: to half an interface": () => BpfLink.createXdp(program(), 1.5),
  "link: of a map": () => BpfLink.createXdp(hash().fd, 1),
  "link: of an XDP program to TC": () => BpfLink.createTcx(program(), 1, "ingress"),
  "link: to no cgroup": () => BpfLink.createCgroup(program(), 0, 3),
  "link: from a map": () => BpfLink.fromFd(hash().fd),
  "link: from an id that is none": () => BpfLink.fromId(0xffff_ffff),
  "xdp: query of half an interface": () => queryXdp(0.5),
  "xdp: attach to no interface": () => xdpAttach(program(), 0x7fff_ffff),
  "tc: attach to no interface": () => attachClsact(program(), 0x7fff_ffff, "ingress"),
  "tcx: query of no interface": () => tcxQuery(0x7fff_ffff, "ingress"),
  "ring: of a hash": () => new RingBuffer(hash()),
  "ring: of a closed map": () => new RingBuffer(closed(ring())),
  "ring: slice of nothing": () => new RingBuffer(ring(), { slice: 0 }),
  "ring: drain after close": () => closed(new RingBuffer(ring())).drain(() => undefined),
  "ring: pending after close": () => closed(new RingBuffer(ring())).pending,
  "ring: callback after close": () => closed(new RingBuffer(ring())).onEvents(() => undefined),
  "linker: nothing": () => linkObjects([]),
  "linker: noise": () => linkObjects([{ name: "x", bytes: Buffer.alloc(100, 1) }]),
  "linker: the same twice": () =>
    linkObjects([
      { name: "a", bytes },
      { name: "b", bytes },
    ]),
  "btf: of an id that is none": () => readKernelBtf(0xffff_ffff),
  "fd: negative": () => new Fd(-1, "x"),
  "fd: after close": () => closed(Fd.duplicate(0, "x")).fd,
  "netns: that is not there": () => withNetns("no-such-namespace", () => undefined),
  "netns: promise": () => withNetns("no-such-namespace", async () => undefined),
  "bpf(2): unknown command": () => bpfSyscall("misuse", 9999, Buffer.alloc(8)),
  "bpffs: a file": () => ensureBpffs("/proc/self/status/x"),
  "lock: nothing": () => flockExclusive("/no/such/path"),
  "interface: a name that is none": () => interfaceIndex(any(5)),
};

for (const [name, run] of Object.entries(tries)) {
  process.stdout.write(`${name}\t`);
  let outcome: string;
  try {
    const result = run();
    outcome = `NOTHING ${String(result)}`;
  } catch (error) {
    outcome =
      error instanceof Error ? `${error.name}: ${error.message.split("\n")[0] ?? ""}` : "NOT AN ERROR";
  }
  process.stdout.write(`${outcome}\n`);
}

// memory that was given back stays safe to touch
const map = array();
const memory = new BigUint64Array(map.mmap({ writable: true }));
map.close();
memory[0] = 5n;
// and a reader that is closed while it waits ends
const waiting = new RingBuffer(ring());
const next = waiting[Symbol.asyncIterator]().next();
waiting.close();
process.stdout.write(`waiting reader\tended ${String((await next).done)}\n`);
