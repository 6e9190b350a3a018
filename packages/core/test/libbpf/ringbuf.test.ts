import { expect, test } from "vitest";
import { BpfMap, BpfObject, type BpfProgram, RingBuffer } from "../../src/libbpf/index.js";
import { compile, frame } from "./compile.js";

const bytes = compile(`
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
__u32 number = 0;
__u32 lost = 0;
SEC("tc") int produce(struct __sk_buff *skb)
{
	__u32 *event = bpf_ringbuf_reserve(&events, 12, 0);
	if (!event) { lost++; return 0; }
	event[0] = number++; event[1] = 2; event[2] = 3;
	if (event[0] % 10 == 9) bpf_ringbuf_discard(event, 0);
	else bpf_ringbuf_submit(event, 0);
	return 1;
}`);

function setup(): { map: BpfMap; program: BpfProgram; produce: (count: number) => void } {
  using object = BpfObject.open(bytes, { name: "ffi_ring" });
  object.load();
  const program = object.program("produce").program();
  return {
    map: object.map("events").map(),
    program,
    produce: (count) => void program.testRun({ data: frame(), repeat: count }),
  };
}

/** 0..count without those that the program discards. */
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i).filter((n) => n % 10 !== 9);

test("drain reads what is there, and wraps around", () => {
  const { map, program, produce } = setup();
  using _map = map;
  using _program = program;
  using ring = new RingBuffer(map);
  for (let round = 0; round < 30; round++) {
    produce(100);
    const seen: number[] = [];
    ring.drain((event) => {
      expect(event).toHaveLength(12);
      seen.push(event.readUInt32LE());
    });
    expect(seen).toEqual(numbers(round * 100, round * 100 + 100));
  }
  expect(ring.pending).toBe(0);
});

test("drain stops at its limit", () => {
  const { map, program, produce } = setup();
  using _map = map;
  using _program = program;
  using ring = new RingBuffer(map);
  produce(9);
  expect(ring.drain(() => {}, 4)).toBe(4);
  expect(ring.drain(() => {})).toBe(5);
});

test("callbacks come in slices and lose nothing", async () => {
  const { map, program, produce } = setup();
  using _map = map;
  using _program = program;
  using ring = new RingBuffer(map, { slice: 7 });
  const seen: number[] = [];
  const stop = ring.onEvents((event) => seen.push(event.readUInt32LE()));
  for (let round = 0; round < 10; round++) {
    produce(50);
    await expect.poll(() => seen.length).toBe(numbers(0, (round + 1) * 50).length);
  }
  stop();
  stop();
  produce(10);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen).toEqual(numbers(0, 500));
});

test("the iterator gives copies and ends with close", async () => {
  const { map, program, produce } = setup();
  using _map = map;
  using _program = program;
  const ring = new RingBuffer(map, { unref: false });
  map.close();
  const seen: Buffer[] = [];
  const reading = (async () => {
    for await (const event of ring) {
      seen.push(event);
      if (seen.length === 9) produce(10);
    }
  })();
  produce(10);
  await expect.poll(() => seen.length).toBe(18);
  ring.close();
  ring.close();
  await reading;
  expect(seen.map((e) => e.readUInt32LE())).toEqual(numbers(0, 20));
  expect(() => ring.drain(() => {})).toThrow("use of closed ring buffer");
  expect(() => ring.onEvents(() => {})).toThrow("use of closed");
});

test("an iteration that is left leaves the others to the next reader", async () => {
  const { map, program, produce } = setup();
  using _map = map;
  using _program = program;
  produce(9);
  const seen: number[] = [];
  for (const until of [3, 9]) {
    using ring = new RingBuffer(map);
    for await (const event of ring) if (seen.push(event.readUInt32LE()) === until) break;
  }
  expect(seen).toEqual(numbers(0, 9));
});

test("an iteration gives other work its turn after each slice", async () => {
  const { map, program, produce } = setup();
  using _map = map;
  using _program = program;
  using ring = new RingBuffer(map, { slice: 7 });
  produce(50);
  let turns = 0;
  const turn = (): unknown => setImmediate(() => turns++ < 100 && turn());
  turn();
  let count = 0;
  for await (const _event of ring) if (++count === 45) break;
  expect(turns).toBeGreaterThan(4);
});

test("other maps are refused", () => {
  using map = BpfMap.create({ type: "array", name: "x", keySize: 4, valueSize: 4, maxEntries: 1 });
  expect(() => new RingBuffer(map)).toThrow("it is a array");
  using ring = BpfMap.create({ type: "ringbuf", name: "x", keySize: 0, valueSize: 0, maxEntries: 4096 });
  expect(() => new RingBuffer(ring, { slice: 0 })).toThrow(RangeError);
});
